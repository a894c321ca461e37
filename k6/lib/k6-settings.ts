// What k6 would take from elsewhere and put before the script's options, and what of it is refused.
// Pure, so that its refusals are tested without k6. docs/method.md has the table of all settings.
//
// k6 merges, each over the one before: its configuration file, the script's options, K6_ variables,
// flags. options.ts sets every option that matters, which deals with the file. Variables are refused
// while the script is read, before any request and also where setup() does not run. Flags show in
// the options that k6 ends up with: setup() compares them, and no iteration begins without setup().
import type { Options } from 'k6/options';
import { isOnLoopback } from './guard.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * K6_ variables that say where figures and logs go, or what k6 does besides its load. Every other
 * one, also of a later k6, is refused: most change where the load goes, how much of it there is or
 * what counts.
 */
const HARMLESS_VARIABLES = new RegExp(
  `^K6_(${[
    ...['OUT', 'PROMETHEUS_RW_\\w+', 'CSV_\\w+', 'INFLUXDB_\\w+', 'OTEL_\\w+', 'WEB_DASHBOARD\\w*'],
    ...[
      'CLOUD_\\w+',
      'SUMMARY_EXPORT',
      'SUMMARY_MODE',
      'SUMMARY_TIME_UNIT',
      'NO_COLOR',
      'FEATURES',
    ],
    ...['LOG_OUTPUT', 'LOG_FORMAT', 'CONSOLE_OUTPUT', 'ADDRESS', 'PROFILING_ENABLED', 'CONFIG'],
    ...['NO_USAGE_REPORT', 'AUTO_EXTENSION_RESOLUTION', 'BROWSER_\\w+', 'SECRET_SOURCE\\w*'],
  ].join('|')})$`,
);

/** The ones that Go's HTTP client heeds, in either case; it uses none of them for loopback. */
const PROXIES = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy'];

/** Throws if a variable of the environment would change the load. */
export function assertEnvironment(variables: Variables, baseUrl: string): void {
  for (const name of Object.keys(variables)) {
    if (!name.startsWith('K6_') || HARMLESS_VARIABLES.test(name)) continue;
    throw new Error(
      `${name} is set: it may change where the load goes, how much of it there is or what counts. ` +
        `Unset it, for k6 alone: env -u ${name} k6 run ...`,
    );
  }
  const proxy = PROXIES.find((name) => variables[name]);
  if (proxy !== undefined && !isOnLoopback(baseUrl)) {
    throw new Error(
      `${proxy} is set: k6 would send the load for ${baseUrl} to that proxy. ` +
        `Unset it, for k6 alone: env -u ${proxy} k6 run ...`,
    );
  }
}

/** Throws if k6 hides the environment from the script, and with it from the guard. */
export function assertEnvironmentIsSeen(variables: Variables): void {
  if (variables.PATH !== undefined) return;
  throw new Error(
    'k6 does not show its environment to the script (--include-system-env-vars=false, or PATH is ' +
      'not set): what in it would change the load cannot be seen. Show it.',
  );
}

/** Where k6 looks for its configuration file on Linux, unless --config names another. */
export function configFileOf({ K6_CONFIG, XDG_CONFIG_HOME, HOME }: Variables): string | undefined {
  if (K6_CONFIG) return K6_CONFIG;
  const folder = XDG_CONFIG_HOME || (HOME && `${HOME}/.config`);
  return folder && `${folder}/k6/config.json`;
}

/** Throws if the file would keep k6 from ending: `linger` is no option of a script's. */
export function assertEnds(configFile: string, text: string): void {
  if (!lingers(text)) return;
  throw new Error(
    `${configFile} sets linger: k6 would not end when its load does. Take it out, or let ` +
      "K6_CONFIG name k6/config.json of this clone, as `lab up`'s k6.env does.",
  );
}

/** Go reads keys in any case. */
function lingers(text: string): boolean {
  try {
    const settings: Record<string, unknown> = JSON.parse(text) ?? {};
    const given = Object.entries(settings).filter(([name]) => name.toLowerCase() === 'linger');
    return given.some(([, value]) => value === true);
  } catch {
    return false; // A file that is not JSON is refused by k6 itself.
  }
}

/** Options that may differ: they change neither the load nor what counts. */
const HARMLESS_OPTIONS = [
  // Made from the plan, and without a flag of their own; their variables are refused.
  ...['scenarios', 'thresholds'],
  // For k6's cloud and other extensions; the unit of printed times; where and what k6 logs.
  ...['cloud', 'ext', 'features', 'summaryTimeUnit', 'consoleOutput', 'httpDebug'],
];

/** What the k6-operator sets for each of its runners: its part of the load, its beginning, and its name. */
const OPERATORS_OPTIONS = ['executionSegment', 'executionSegmentSequence', 'paused', 'tags'];

/**
 * Throws unless k6 kept the options that the script made: those that the script sets are as set, the
 * others are unset.
 *
 * @param isTestRun whether the k6-operator runs it (`lab k6 manifest`)
 */
export function assertUntouched(made: Options, effective: Options, isTestRun = false): void {
  const planned = Object.keys(made.scenarios ?? {});
  const running = Object.keys(effective.scenarios ?? {});
  if (planned.join() !== running.sort(byIndexIn(planned)).join()) {
    throw new Error(
      `k6 would run ${running.join(', ') || 'nothing'} instead of the steps ${planned.join(', ')}: ` +
        'a flag (--vus, --duration, --iterations, --stage) or vus, duration, iterations, stages in ' +
        "k6's configuration file replaces them. Take it away.",
    );
  }
  const values: Record<string, unknown> = { ...effective, tags: ownTags(effective.tags) };
  for (const key of Object.keys({ ...made, ...values })) {
    if (HARMLESS_OPTIONS.includes(key)) continue;
    if (isTestRun && OPERATORS_OPTIONS.includes(key)) continue;
    const [set, used] = [(made as Record<string, unknown>)[key], values[key]].map(asText);
    if (set === used) continue;
    throw new Error(
      `k6 would run with ${key} = ${used} instead of ${set}: a flag or k6's configuration file ` +
        'replaces it. Take it away.',
    );
  }
}

/** Without those by which k6 says which of its features are on. */
const ownTags = (tags: Record<string, string> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).filter(([name]) => !name.startsWith('k6_feature_')));

/** The same text for the same value: k6 sorts tags and their names, and has null for what is unset. */
const asText = (value: unknown): string =>
  JSON.stringify(value ?? null, (_, inner) => sorted(inner));

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return [...value].sort();
  const isObject = typeof value === 'object' && value !== null;
  return isObject ? Object.fromEntries(Object.entries(value).sort()) : value;
}

function byIndexIn(order: string[]) {
  return (a: string, b: string) => order.indexOf(a) - order.indexOf(b);
}
