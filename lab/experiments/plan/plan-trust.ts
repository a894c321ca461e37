// How far a plan can be trusted: what it assumes, what weakens it, and what to measure instead.
import { appTitle } from '../../results/findings';
import { RUNS_FOR_A_VERDICT } from '../../statistics/comparison';
import type { Evidence } from './design';
import { FURTHEST_FACTOR, type PlanQuestion, type PlanRow, sayReplicas } from './plan-question';

export function sayTrust(
  evidence: Evidence,
  row: PlanRow,
  question: PlanQuestion,
): { assumptions: string[]; warnings: string[] } {
  return {
    assumptions: assumptionsOf(evidence, question),
    warnings: [
      ...doubtsOf(evidence, row),
      ...evidence.warnings.map((warning) => `${evidence.run.id}: ${warning}`),
    ],
  };
}

function assumptionsOf(evidence: Evidence, { databaseCores }: PlanQuestion): string[] {
  const { unit, scaling, latency, servers } = evidence;
  const shares = unit.cores.shared !== null;
  const cores = `${databaseCores} ${databaseCores === 1 ? 'core' : 'cores'}`;
  return [
    `A replica is what was measured: ${sayUnit(evidence)}.`,
    ...(shares
      ? [
          'It was measured with the database on its core: the database’s work on a request is counted in each replica as well as in the shared database, so that replicas with a core of their own carry more than is planned.',
        ]
      : []),
    scaling
      ? `Replicas add up by the law fitted to ${scaling.run.id} (contention ${digits(scaling.fit.alpha)}, coherency ${digits(scaling.fit.beta)}).`
      : 'Replicas add up without loss: that was not measured.',
    `The database has ${cores}, and CPU a request stays what it was in one replica: locks and a growing table are not in it.`,
    ...(servers === null
      ? []
      : [
          `Each replica is a queue with ${servers.servers === 1 ? 'one server' : `${servers.servers} servers`} of ${(1000 * servers.serviceTimeSeconds).toFixed(2)} ms: Poisson arrivals and exponential service are assumed${
            latency
              ? `, and the wait is scaled to what ${latency.points} steps measured${evidence.stairs ? `, those of ${evidence.stairs.id} among them` : ''} (mean x ${digits(latency.mean.factor)}, p99 x ${digits(latency.p99.factor)})`
              : '; time off the CPU is not in it, so that real latency is higher'
          }.`,
        ]),
    'Requests come in the measured mix and are spread evenly over the replicas.',
  ];
}

function doubtsOf(
  { app, capacity, demand, scaling, latency, run, workload }: Evidence,
  row: PlanRow,
) {
  const doubts: string[] = [];
  const command = (text: string): string => `\`npm run lab -- ${text}\``;
  if (capacity.searches < RUNS_FOR_A_VERDICT) {
    doubts.push(
      `Indicative: the capacity rests on ${capacity.searches === 1 ? 'one search' : `${capacity.searches} searches`}; ${command(`capacity --app ${app} --workload ${workload} --runs ${RUNS_FOR_A_VERDICT}`)} gives it an interval.`,
    );
  }
  if (capacity.failsRps === null) {
    doubts.push('No rate was shown to fail: one replica may hold more than is planned with.');
  }
  const needed = row.replicas ?? 0;
  if (scaling === null && (needed > 1 || row.refusal !== null)) {
    doubts.push(
      `How ${appTitle(app)}’s replicas add up was never measured: ${command(`scale --app ${app} --by replicas --workload ${workload} --runtime compose`)} does, and lets a plan go to ${FURTHEST_FACTOR} times its largest level.`,
    );
  } else if (scaling && needed > scaling.testedTo) {
    doubts.push(
      `${sayReplicas(needed)} lie beyond the ${scaling.testedTo} that were tested: the law is extended ${(needed / scaling.testedTo).toFixed(1)}-fold.`,
    );
  }
  if (scaling && scaling.run.runtime !== run.runtime) {
    doubts.push(
      `Replicas were measured on ${scaling.run.runtime}, the capacity on ${run.runtime}: only the shape of the law is taken over.`,
    );
  }
  if (demand === null) {
    doubts.push(
      'CPU time could not be seen in that run: neither latency nor the database’s cap can be said.',
    );
  } else if (latency === null) {
    doubts.push(
      `The believable steps are too few or too close together to fit latency to: ${command(`run scaling --app ${app} --workload ${workload}`)} climbs from a fifth of the throughput on.`,
    );
  }
  const { factor } = capacity.bottleneck;
  if (factor !== 'app CPU' && factor !== 'database CPU') {
    doubts.push(
      `Not CPU but ${factor} limits a replica here: a queue for CPU understates latency.`,
    );
  }
  return doubts;
}

function sayUnit({ unit }: Evidence): string {
  const { profile, workers, threads, pool, cores } = unit;
  const of = threads > 1 ? ` of ${threads} threads` : '';
  const core = cores.subject === 1 ? '1 core' : `${cores.subject} cores`;
  return `profile ${profile}, ${workers} ${workers === 1 ? 'worker' : 'workers'}${of}, pool ${pool}, ${core}`;
}

const digits = (value: number): string => String(Number(value.toPrecision(2)));
