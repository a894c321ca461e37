// What the lab's k6 scripts cost beside the smallest script that makes the same requests, each against
// an Express of its own, counted by the app's own counters and by the kernel. With users both are up at
// once and halted in turn, half a second each; at a rate that would pile up arrivals, so each has the
// machine for itself.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Plan, Step } from '../contract/plan';
import { andThen } from '../lab/errors';
import { sloOf } from '../lab/measure/workloads';
import { rootDir, stateDir } from '../lab/paths';
import { treeCpuSeconds } from '../lab/proc';
import { writeJson } from '../lab/results/run-folder';
import { k6Arguments, k6Environment, scenarioFile } from '../lab/runtime/generator';
import { fetchSums } from '../lab/runtime/metrics-page';
import { startPrometheus } from '../lab/runtime/native/prometheus';
import { ports } from '../lab/runtime/ports';
import { namedOr, readArguments } from './arguments';
import { serverOf } from './instrumentation/arms';
import { comparePaired, type PairedRow, type PairedRuns, renderPaired } from './paired';
import { orderOf } from './side-by-side';
import { Stage } from './stage';

/** Each body is compared as a string in the first two; what varies is parsed, and is told apart. */
const cases = [
  { title: '/json, every body compared', workload: 'json', sampleEvery: 20 },
  { title: '/plaintext, every body compared', workload: 'plaintext', sampleEvery: 20 },
  { title: 'micro, one varying body in 20 parsed', workload: 'micro', sampleEvery: 20 },
  { title: 'micro, every varying body parsed', workload: 'micro', sampleEvery: 1 },
];
type Case = (typeof cases)[number];

/** Turns of users are half seconds under load that count, by fours; a block is one run of every arm. */
const paces = {
  full: { blocks: 10, warmupTurns: 4, turns: 12, warmupSeconds: 2, seconds: 5 },
  quick: { blocks: 2, warmupTurns: 2, turns: 4, warmupSeconds: 0.5, seconds: 1 },
};
type Pace = (typeof paces)['full'];

const turnMs = 500;
const users = 32;
/** The open model, in which lag is sampled, runs at this share of what the users reached. */
const rateShare = 0.5;
/** As many as a tour's stairs have with their warm-up: k6 compares each sample with every one of them. */
const plannedSteps = 8;
/** Below this share of its cores the generator was not what limited its throughput. */
const busyShare = 0.9;
const leastRatio = 0.9;

const arms = ['smallest', 'ours'] as const;
type Arm = (typeof arms)[number];
type Reading = { cpuSeconds: number; requests: number };
/** A k6 under way against a server of its own. */
type Loader = { pid: number; read: () => Promise<Reading> };

/** `npm run bench -- generator [--quick] [json|plaintext|micro] [BLOCKS]`. */
export async function run(args: readonly string[]): Promise<void> {
  const words = [...new Set(cases.map(({ workload }) => workload))];
  const given = readArguments(args, { flags: ['--quick'], words, number: 'blocks' });
  const pace = given.has('--quick') ? paces.quick : paces.full;
  const blocks = given.number ?? pace.blocks;
  const wanted = cases.filter(({ workload }) => namedOr(given.words, words).includes(workload));
  const stage = await Stage.open();
  await andThen(async () => {
    await startPrometheus(stage.processes, stateDir, stage.placement.generator);
    for (const one of wanted) {
      process.stdout.write(`${await compareScripts(stage, one, { ...pace, blocks })}\n\n`);
    }
  }, [() => stage.close()]);
}

const perCpu = 'requests a generator-CPU-second';
const byUsersPerCpu = `${users} users: ${perCpu}`;
const byUsersPerSecond = `${users} users: requests per second`;
const byRatePerCpu = `by rate, lag sampled: ${perCpu}`;

async function compareScripts(stage: Stage, one: Case, pace: Pace): Promise<string> {
  const runs: PairedRuns = new Map(
    [byUsersPerCpu, byUsersPerSecond, byRatePerCpu].map((name) => [name, { a: [], b: [] }]),
  );
  let idle = 0;
  let rateRps = 0;
  for (let block = 0; block < pace.blocks; block += 1) {
    const add = (figure: string, arm: Arm, value: number) =>
      runs.get(figure)?.[arm === 'smallest' ? 'a' : 'b'].push({ value, block: String(block) });
    const byUsers = await measureByUsers(stage, one, pace);
    for (const arm of arms) {
      const { requests, cpuSeconds } = byUsers[arm];
      const seconds = (pace.turns * turnMs) / 1000;
      add(byUsersPerCpu, arm, requests / cpuSeconds);
      add(byUsersPerSecond, arm, requests / seconds);
      if (cpuSeconds / seconds / stage.placement.generator.length < busyShare) idle += 1;
      rateRps ||= Math.round((rateShare * requests) / seconds);
    }
    for (const arm of orderOf(arms, block)) {
      const { requests, cpuSeconds } = await measureByRate(stage, one, { arm, rateRps, pace });
      add(byRatePerCpu, arm, requests / cpuSeconds);
    }
    process.stderr.write(`${one.title}: block ${block + 1} of ${pace.blocks}\n`);
  }
  const rows = comparePaired(runs, 'higher');
  return [
    `${one.title} (by rate: ${rateRps}/s):`,
    renderPaired(rows, { figure: 'figure', a: 'smallest', b: 'ours' }),
    ...remarks(one, rows, idle, 2 * pace.blocks),
  ].join('\n');
}

function remarks(
  one: Case,
  rows: readonly PairedRow[],
  idle: number,
  runsByUsers: number,
): string[] {
  const lowest = Math.min(...rows.map(({ comparison }) => comparison.ratio));
  const bound = one.workload !== 'micro';
  return [
    ...(bound
      ? [`  At least ${leastRatio}: ${lowest >= leastRatio ? 'holds' : 'DOES NOT HOLD'}.`]
      : []),
    ...(idle > 0
      ? [
          `  In ${idle} of ${runsByUsers} runs by users the generator used less than ${busyShare * 100} % of its cores: Express was the limit of their requests per second.`,
        ]
      : []),
  ];
}

async function measureByUsers(
  stage: Stage,
  one: Case,
  { warmupTurns, turns }: Pace,
): Promise<Record<Arm, Reading>> {
  const load: Step['load'] = { model: 'closed', users };
  return withLoader(stage, { ...one, arm: 'smallest', place: 0, load }, (smallest) => {
    process.kill(smallest.pid, 'SIGSTOP');
    return withLoader(stage, { ...one, arm: 'ours', place: 1, load }, async (ours) => {
      process.kill(ours.pid, 'SIGSTOP');
      const loaders = { smallest, ours };
      const takeTurns = async (count: number) => {
        for (let turn = 0; turn < count; turn += 1) {
          for (const arm of orderOf(arms, turn)) {
            process.kill(loaders[arm].pid, 'SIGCONT');
            await sleep(turnMs);
            process.kill(loaders[arm].pid, 'SIGSTOP');
          }
        }
      };
      await takeTurns(warmupTurns);
      const from = { smallest: await smallest.read(), ours: await ours.read() };
      await takeTurns(turns);
      const to = { smallest: await smallest.read(), ours: await ours.read() };
      // Halted, they would not hear the signal to end until they are killed.
      for (const arm of arms) process.kill(loaders[arm].pid, 'SIGCONT');
      return {
        smallest: between(from.smallest, to.smallest),
        ours: between(from.ours, to.ours),
      };
    });
  });
}

function measureByRate(
  stage: Stage,
  one: Case,
  { arm, rateRps, pace }: { arm: Arm; rateRps: number; pace: Pace },
): Promise<Reading> {
  const load: Step['load'] = { model: 'open', rateRps, maxVUs: 200 };
  return withLoader(stage, { ...one, arm, place: 0, load }, async ({ read }) => {
    await sleep(pace.warmupSeconds * 1000);
    const from = await read();
    await sleep(pace.seconds * 1000);
    return between(from, await read());
  });
}

function between(from: Reading, to: Reading): Reading {
  const [requests, cpuSeconds] = [to.requests - from.requests, to.cpuSeconds - from.cpuSeconds];
  if (!(requests > 0 && cpuSeconds > 0))
    throw new Error('k6 made nothing; its log is in .lab/logs');
  return { requests, cpuSeconds };
}

type Loading = Case & { arm: Arm; place: number; load: Step['load'] };

/** One k6 process against a fresh server; read from outside, so that both scripts are read alike. */
async function withLoader<T>(
  stage: Stage,
  { arm, place, load, workload, sampleEvery }: Loading,
  work: (loader: Loader) => Promise<T>,
): Promise<T> {
  const { subject, generator } = stage.placement;
  const own = serverOf('express', 'ours', { cores: subject.length, place });
  const server = { ...own, name: `express_${arm}` };
  const plan = planOf({ arm, load, workload, sampleEvery, baseUrl: server.baseUrl });
  const prometheusUrl = `http://127.0.0.1:${ports.prometheus}`;
  return stage.withServer(server, async () => {
    const k6 = await stage.processes.start({
      name: `k6-${arm}`,
      command: 'k6',
      args: argumentsOf(arm, plan, ports.k6 + place),
      env: k6Environment(writePlan(arm, plan), prometheusUrl),
      cpus: generator,
      stopSignal: 'SIGINT',
      graceSeconds: 15,
    });
    return andThen(async () => {
      const requests = async () =>
        (await fetchSums([server.metricsUrl ?? '']))('http_server_request_duration_seconds_count');
      const read = async () => ({
        cpuSeconds: treeCpuSeconds([k6.pid]).get(k6.pid) ?? Number.NaN,
        requests: await requests(),
      });
      await untilLoaded(requests, await requests());
      return await work({ pid: k6.pid, read });
    }, [() => k6.stop()]);
  });
}

const readinessRequests = 20;

async function untilLoaded(requests: () => Promise<number>, before: number): Promise<void> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(50)) {
    if ((await requests()) > before + readinessRequests) return;
  }
  throw new Error('k6 made no request within 30 s');
}

function argumentsOf(arm: Arm, plan: Plan, port: number): string[] {
  const ours = k6Arguments(scenarioFile(plan.scenario), `127.0.0.1:${port}`);
  return arm === 'ours'
    ? ours
    : [...ours.slice(0, -1), join(rootDir, 'bench/generator/smallest.ts')];
}

const folder = join(stateDir, 'bench-generator');

function writePlan(arm: Arm, plan: Plan): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `plan-${arm}.json`);
  writeJson(file, plan);
  return file;
}

/** Its first step is stopped when it has been measured; the others are planned and never begin. */
function planOf(options: {
  arm: Arm;
  load: Step['load'];
  workload: string;
  sampleEvery: number;
  baseUrl: string;
}): Plan {
  const { arm, load, workload, sampleEvery, baseUrl } = options;
  const scenario = load.model === 'open' ? 'scaling' : 'concurrency';
  return {
    ...{ schemaVersion: 1, scenario, run: `bench-${arm}`, trial: 1, app: 'express', workload },
    ...{ baseUrl, allowHosts: [], seed: 1, sampleEvery, slo: sloOf(workload) },
    steps: Array.from({ length: plannedSteps }, (_, index): Step => {
      return { name: `step_0${index + 1}`, warmup: false, durationSeconds: 60, load };
    }),
    ...{ gapSeconds: 0, gracefulStopSeconds: 2 },
    summaryPath: join(folder, `summary-${arm}.json`),
  };
}
