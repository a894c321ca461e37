// How far a plan can be trusted: what it assumes, what weakens it, and what to measure instead.
import { isOwnApp, notationOf } from '../../../contract/apps';
import { plural } from '../../render/format';
import { typed } from '../../results/command-line';
import { appTitle } from '../../results/findings';
import { RUNS_FOR_A_VERDICT } from '../../statistics/comparison';
import type { Evidence } from './evidence';
import { FURTHEST_FACTOR, type PlanQuestion, type PlanRow, replicasFor } from './replicas';

export function assumptionsOf(evidence: Evidence, { databaseCores }: PlanQuestion): string[] {
  const { unit, scaling } = evidence;
  const { profile, pool, cores } = unit;
  const made = [
    `profile ${profile}`,
    ...describeWorkers(unit),
    ...(pool > 0 ? [`pool ${pool}`] : []),
    plural(cores.subject, 'core'),
  ];
  return [
    `A replica is what was measured: ${made.join(', ')}.`,
    ...(cores.shared === null
      ? []
      : [
          'It was measured with the database on its core: the database’s work on a request is counted in each replica as well as in the shared database, so that replicas with a core of their own carry more than is planned.',
        ]),
    scaling
      ? `Replicas add up by the law fitted to ${scaling.run.id} (contention ${digits(scaling.fit.alpha)}, coherency ${digits(scaling.fit.beta)}), of CPU quotas on one machine: what machines and networks of their own add is not in it.`
      : 'Replicas add up without loss: that was not measured.',
    databaseCores > 0
      ? `The database has ${plural(databaseCores, 'core')}, and CPU per request stays what it was in one replica: locks and a growing table are not in it.`
      : 'CPU per request stays what it was in one replica, and whatever the replicas share, such as a database, keeps up with all of them: the lab cannot see it.',
    ...describeQueue(evidence),
    'Requests come in the measured mix and are spread evenly over the replicas.',
  ];
}

function describeQueue({ servers, latency, stairs }: Evidence): string[] {
  if (servers === null) return [];
  const count = servers.servers === 1 ? 'one server' : `${servers.servers} servers`;
  const queue = `Each replica is a queue with ${count} of ${(1000 * servers.serviceTimeSeconds).toFixed(2)} ms: Poisson arrivals and exponential service are assumed`;
  if (latency === null) {
    return [`${queue}; time off the CPU is not in it, so that real latency is higher.`];
  }
  const among = stairs ? `, those of ${stairs.id} among them` : '';
  return [
    `${queue}, and the wait is scaled to what ${latency.points} steps measured${among} (mean x ${digits(latency.mean.factor)}, p99 x ${digits(latency.p99.factor)}).`,
  ];
}

export function doubtsOf(evidence: Evidence, row: PlanRow): string[] {
  const { app, capacity, demand, latency, run, unit, workload } = evidence;
  const about = aboutWords([app], workload, unit.profile);
  const doubts: string[] = [];
  if (capacity.searches < RUNS_FOR_A_VERDICT) {
    const count = capacity.searches === 1 ? 'one search' : `${capacity.searches} searches`;
    doubts.push(
      `Indicative: the capacity rests on ${count}; ${typed(['capacity', ...about, '--runs', `${RUNS_FOR_A_VERDICT}`])} gives it an interval.`,
    );
  }
  if (capacity.failsRps === null) {
    doubts.push('No rate was shown to fail: one replica may hold more than is planned with.');
  }
  doubts.push(...scalingDoubts(evidence, row));
  if (demand === null) {
    doubts.push(
      'CPU time could not be seen in that run: neither latency nor the database’s cap can be given.',
    );
  } else if (latency === null) {
    doubts.push(
      `The valid steps are too few or too close together to fit latency to: ${typed(['run', 'scaling', ...about])} climbs from a fifth of the throughput on.`,
    );
  }
  const { factor } = capacity.bottleneck;
  if (factor !== 'app CPU' && factor !== 'database CPU') {
    doubts.push(
      `Not CPU but ${factor} limits a replica here: a queue for CPU understates latency.`,
    );
  }
  return [...doubts, ...evidence.warnings.map((warning) => `${run.id}: ${warning}`)];
}

/** About how replicas add up. */
function scalingDoubts(evidence: Evidence, row: PlanRow): string[] {
  const { app, scaling, run, unit, workload } = evidence;
  const { replicas, refusal } = row;
  if (scaling === null) {
    if ((replicas ?? 0) <= 1 && refusal === null) return [];
    const about = aboutWords([app], workload, unit.profile);
    const command = typed(['scale', ...about, '--by', 'replicas', '--runtime', 'compose']);
    return [
      isOwnApp(app)
        ? `How ${appTitle(app)}’s replicas add up was never measured: ${command} does, and lets a plan go to ${FURTHEST_FACTOR} times its largest level.`
        : `How ${appTitle(app)}’s replicas add up was never measured, and cannot be here: replicas are containers of the clone’s own apps.`,
    ];
  }
  const { testedTo } = scaling;
  const doubts: string[] = [];
  if (replicas !== null && replicas > testedTo) {
    doubts.push(
      `${plural(replicas, 'replica')} lie beyond the ${testedTo} that were tested: the law is extended ${(replicas / testedTo).toFixed(1)}-fold.`,
    );
  }
  if (scaling.run.runtime !== run.runtime) {
    doubts.push(
      `Replicas were measured on ${scaling.run.runtime}, the capacity on ${run.runtime}: only the shape of the law is taken over.`,
    );
  }
  if (replicas === null || replicas > 1) doubts.push(...leastGainDoubts(evidence, row));
  return [...doubts, ...(scaling.warnings ?? []).map((text) => `${scaling.run.id}: ${text}`)];
}

/**
 * What the law asks for with both of its losses at the upper ends of their intervals. It is told and not planned
 * with: the two make up for each other, so that both at once are rarer than one time in twenty.
 */
function leastGainDoubts(evidence: Evidence, { rateRps, replicas }: PlanRow): string[] {
  const { scaling } = evidence;
  if (!scaling?.least || replicas === null) return [];
  const { alpha, beta } = scaling.least;
  const fit = { ...scaling.fit, alpha, beta };
  const most = replicasFor({ ...evidence, scaling: { ...scaling, fit } }, rateRps);
  if (most === replicas) return [];
  const then = most === null ? 'no number of replicas carries the rate' : `it takes ${most}`;
  return [
    `At the upper ends of the law’s intervals (contention ${digits(alpha)}, coherency ${digits(beta)}) ${then}, instead of ${plural(replicas, 'replica')}.`,
  ];
}

/** Such as "3 workers of 4 threads"; none where the app itself decides. */
export const describeWorkers = ({ workers, threads }: Evidence['unit']): string[] =>
  workers > 0 ? [`${plural(workers, 'worker')}${threads > 1 ? ` of ${threads} threads` : ''}`] : [];

/** Of a command that is about the same. */
export const aboutWords = (
  apps: readonly string[],
  workload: string,
  profile: string,
): string[] => [
  ...['--app', ...apps.map(notationOf), '--workload', workload],
  ...(profile === 'default' ? [] : ['--profile', profile]),
];

const digits = (value: number): string => String(Number(value.toPrecision(2)));
