// What may be loaded, how hard and for how long. Pure, so that its refusals are tested without k6.
import { apps } from '../../contract/generated/apps.ts';
import type { Plan, Step } from '../../contract/plan.ts';

/** Service names of the subjects, in docker-compose.yml and on a cluster. */
const COMPOSE_SERVICES = [...apps.map(({ name }) => name), 'reference'];
/** So does the service that is an app's second arm (lab/runtime/compose/second-arm.ts). */
const isComposeService = (host: string) => COMPOSE_SERVICES.includes(host.replace(/-[ab]$/, ''));

type Cap = { limit: number; unit: string; reason: string };

const CAPS = {
  rate: {
    limit: 50_000,
    unit: 'arrivals per second',
    reason: 'one generator makes a fraction of that, so a higher number is a typing error',
  },
  users: {
    limit: 5_000,
    unit: 'users',
    reason: 'each is a JavaScript runtime of its own in the memory of the generator',
  },
  stepTime: {
    limit: 3_600,
    unit: 'seconds',
    reason: 'k6 keeps every duration in memory until the end',
  },
  totalTime: {
    limit: 7_200,
    unit: 'seconds',
    reason: 'a run that somebody forgot must end by itself',
  },
} satisfies Record<string, Cap>;

/**
 * Throws unless the plan may be carried out: its target is allowed and its load is under the caps.
 *
 * @param allowFile text of the file that HEADROOM_ALLOW_FILE names, one host per line; undefined
 *   where the variable is not set
 * @param inNetwork what HEADROOM_IN_NETWORK says
 */
export function assertAllowed(plan: Plan, allowFile: string | undefined, inNetwork: boolean): void {
  for (const [field, baseUrl] of targetsOf(plan)) {
    assertTargetAllowed(field, baseUrl, plan.allowHosts, allowFile, inNetwork);
  }
  for (const step of plan.steps) assertUnderCaps(step);
  assertUnder(CAPS.totalTime, totalSeconds(plan), 'plan.steps together take');
}

/** Time from the start of the first step to the end of the last one's grace. */
export function totalSeconds(plan: Plan): number {
  const lasting = plan.steps.reduce((sum, step) => sum + step.durationSeconds, 0);
  const gaps = Math.max(0, plan.steps.length - 1) * plan.gapSeconds;
  return lasting + gaps + plan.gracefulStopSeconds;
}

const targetsOf = ({ baseUrl, turns }: Plan): [field: string, baseUrl: string][] => [
  ['plan.baseUrl', baseUrl],
  ...(turns?.arms ?? []).map((arm, index): [string, string] => [
    `plan.turns.arms[${index}].baseUrl`,
    arm.baseUrl,
  ]),
];

/**
 * @param field where the URL stands
 * @param inNetwork whether names of services mean the composition's own, or the cluster's: on a host, a search
 *   domain of its DNS may make another machine of them
 */
export function assertTargetAllowed(
  field: string,
  baseUrl: string,
  named: readonly string[],
  allowFile: string | undefined,
  inNetwork: boolean,
) {
  // Anchored at both ends and without room for a user name, a path or a host in disguise.
  const host = /^https?:\/\/(\[::1\]|[a-z0-9.-]+)(:\d{1,5})?$/.exec(baseUrl)?.[1];
  if (host === undefined) {
    throw new Error(
      `${field} is ${JSON.stringify(baseUrl)}: expected http:// or https://, a host in lower ` +
        'case and a port, such as http://127.0.0.1:8081, with nothing after it ' +
        '(by hand: HEADROOM_BASE_URL, or HEADROOM_<APP>_URL).',
    );
  }
  if (isLoopback(host) || (inNetwork && isComposeService(host))) return;
  const remedy =
    'To load a machine of your own, name the host in plan.allowHosts (by hand: ' +
    'HEADROOM_ALLOW_HOSTS) and also in the file that HEADROOM_ALLOW_FILE names, one host per line.';
  if (!named.includes(host)) {
    const services = `the services ${COMPOSE_SERVICES.join(', ')}`;
    throw new Error(
      `${field} is ${JSON.stringify(baseUrl)}: ${host} may not be loaded. Loopback may` +
        `${inNetwork ? `, and ${services}` : `; in containers ${services} may too`}. ${remedy}`,
    );
  }
  if (allowFile === undefined) {
    throw new Error(
      `plan.allowHosts names ${host}, but HEADROOM_ALLOW_FILE is not set: a flag alone is not ` +
        `enough. ${remedy}`,
    );
  }
  if (!hostsIn(allowFile).includes(host)) {
    throw new Error(
      `plan.allowHosts names ${host}, but the file that HEADROOM_ALLOW_FILE names does not: a ` +
        `flag alone is not enough. ${remedy}`,
    );
  }
}

/**
 * Address ranges that k6 refuses to connect to, whatever a name stands for or an answer redirects to: all
 * that are not this machine's loopback, where every target is there.
 */
export function forbiddenAddresses(plan: Plan): string[] {
  if (!targetsOf(plan).every(([, baseUrl]) => isOnLoopback(baseUrl))) return [];
  return [...ALL_BUT_127, ...ALL_BUT_ONE];
}

/** 127.0.0.0/8: for each bit of its prefix, what differs in that bit. */
const ALL_BUT_127 = Array.from({ length: 8 }, (_, bit) => {
  const first = (127 ^ (0x80 >> bit)) & (0xff00 >> (bit + 1)) & 0xff;
  return `${first}.0.0.0/${bit + 1}`;
});

/** ::1, in the same way: 127 zeros and a one. Written as k6 prints them (RFC 5952). */
const ALL_BUT_ONE = Array.from({ length: 128 }, (_, bit) => {
  if (bit === 127) return '::/128';
  const before = Math.floor(bit / 16);
  const after = 7 - before;
  const group = (0x8000 >> (bit % 16)).toString(16);
  const address =
    before > after ? `::${group}${':0'.repeat(after)}` : `${'0:'.repeat(before)}${group}::`;
  return `${address}/${bit + 1}`;
});

/** True where the target's host is this machine, by name or address. */
export const isOnLoopback = (baseUrl: string): boolean =>
  isLoopback(baseUrl.replace(/^https?:\/\//, '').replace(/:\d+$/, ''));

function isLoopback(host: string): boolean {
  return (
    host === 'localhost' || host === '[::1]' || /^127(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/.test(host)
  );
}

function hostsIn(allowFile: string): string[] {
  return allowFile.split('\n').map((line) => line.replace(/#.*/, '').trim());
}

function assertUnderCaps({ name, durationSeconds, load }: Step): void {
  assertUnder(CAPS.stepTime, durationSeconds, `step ${name}: durationSeconds is`);
  if (load.model === 'open') {
    assertUnder(CAPS.rate, load.rateRps, `step ${name}: load.rateRps is`);
    assertUnder(CAPS.users, load.maxVUs, `step ${name}: load.maxVUs is`);
  } else {
    assertUnder(CAPS.users, load.users, `step ${name}: load.users is`);
  }
}

function assertUnder(cap: Cap, value: number, what: string): void {
  if (value <= cap.limit) return;
  throw new Error(
    `${what} ${value}: the cap is ${cap.limit} ${cap.unit}, because ${cap.reason}. Plan less.`,
  );
}
