// What the lab's k6 scripts cost beside the smallest script that makes the same requests: both in
// turn against a fresh Express, counted by the app's own counters and by the kernel.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Plan, Step } from '../contract/plan';
import { sloOf } from '../lab/experiment/plans';
import { rootDir, stateDir } from '../lab/paths';
import { treeCpuSeconds } from '../lab/proc';
import { k6Arguments, k6Environment } from '../lab/runtime/generator';
import { fetchSums } from '../lab/runtime/metrics-page';
import { ports } from '../lab/runtime/ports';
import { startPrometheus } from '../lab/runtime/prometheus';
import { writeJson } from '../lab/store/run-folder';
import { serverOf } from './instrumentation/arms';
import { comparePaired, type Figures, measureInTurn, type PairedRow, renderPaired } from './paired';
import { Stage } from './stage';

/** Each body is compared as a string in the first two; what varies is parsed, and is told apart. */
const cases = [
  { title: '/json, every body compared', workload: 'json', sampleEvery: 20 },
  { title: '/plaintext, every body compared', workload: 'plaintext', sampleEvery: 20 },
  { title: 'micro, one varying body in 20 parsed', workload: 'micro', sampleEvery: 20 },
  { title: 'micro, every varying body parsed', workload: 'micro', sampleEvery: 1 },
];
type Case = (typeof cases)[number];

const paces = {
  full: { runs: 10, warmupSeconds: 2, seconds: 5 },
  quick: { runs: 2, warmupSeconds: 0.5, seconds: 1 },
};
type Pace = (typeof paces)['full'];

const users = 32;
/** The open model, in which lag is sampled, runs at this share of what the users reached. */
const rateShare = 0.5;
/** As many as a tour's stairs have with their warm-up: k6 compares each sample with every one of them. */
const plannedSteps = 8;
/** Below this share of its cores the generator was not what limited its throughput. */
const busyShare = 0.9;
const leastRatio = 0.9;

type Arm = 'smallest' | 'ours';
type Measured = { figures: Figures; generatorShare: number };

/** `npm run bench -- generator [--quick] [json|plaintext|micro] [RUNS]`. */
export async function run(args: readonly string[]): Promise<void> {
  const pace = args.includes('--quick') ? paces.quick : paces.full;
  const runs = Number(args.find((arg) => /^\d+$/.test(arg)) ?? pace.runs);
  const wanted = cases.filter(({ workload }) => args.includes(workload));
  const stage = await Stage.open();
  try {
    await startPrometheus(stage.processes, stateDir, stage.placement.generator);
    for (const one of wanted.length > 0 ? wanted : cases) {
      process.stdout.write(`${await compareScripts(stage, one, runs, pace)}\n\n`);
    }
  } finally {
    await stage.close();
  }
}

async function compareScripts(stage: Stage, one: Case, runs: number, pace: Pace): Promise<string> {
  const closed: Step['load'] = { model: 'closed', users };
  const probe = await measure(stage, 'smallest', one, closed, pace);
  const rateRps = Math.round(rateShare * (probe.figures['requests a second'] ?? 1));
  const open: Step['load'] = { model: 'open', rateRps, maxVUs: 200 };
  let idle = 0;
  const results = await measureInTurn(
    runs,
    async (arm) => {
      const script = arm === 'a' ? 'smallest' : 'ours';
      const byUsers = await measure(stage, script, one, closed, pace);
      const byRate = await measure(stage, script, one, open, pace);
      if (byUsers.generatorShare < busyShare) idle += 1;
      return {
        ...prefixed(`${users} users`, byUsers.figures),
        ...prefixed('by rate, lag sampled', { perCpu: byRate.figures.perCpu ?? Number.NaN }),
      };
    },
    (line) => process.stderr.write(`${one.title}: ${line}\n`),
  );
  const rows = comparePaired(results, 'higher');
  return [
    `${one.title} (by rate: ${rateRps}/s):`,
    renderPaired(rows, { figure: 'figure', a: 'smallest', b: 'ours' }),
    ...remarks(one, rows, idle, runs),
  ].join('\n');
}

const names: Record<string, string> = { perCpu: 'requests a generator-CPU-second' };

const prefixed = (prefix: string, figures: Figures): Figures =>
  Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [`${prefix}: ${names[name] ?? name}`, value]),
  );

function remarks(one: Case, rows: readonly PairedRow[], idle: number, runs: number): string[] {
  const lowest = Math.min(...rows.map(({ comparison }) => comparison.ratio));
  const bound = one.workload !== 'micro';
  return [
    ...(bound
      ? [`  At least ${leastRatio}: ${lowest >= leastRatio ? 'holds' : 'DOES NOT HOLD'}.`]
      : []),
    ...(idle > 0
      ? [
          `  In ${idle} of ${2 * runs} runs by users the generator used less than ${busyShare * 100} % of its cores: Express was the limit of their requests a second.`,
        ]
      : []),
  ];
}

/** One k6 process against a fresh server; read from outside, so that both scripts are read alike. */
async function measure(
  stage: Stage,
  script: Arm,
  { workload, sampleEvery }: Case,
  load: Step['load'],
  { warmupSeconds, seconds }: Pace,
): Promise<Measured> {
  const { subject, generator } = stage.placement;
  const server = serverOf('express', 'ours', { cores: subject.length });
  const metricsUrl = server.metricsUrl ?? '';
  const plan = planOf({ load, workload, sampleEvery, baseUrl: server.baseUrl });
  return stage.withServer(server, async () => {
    const k6 = await stage.processes.start({
      name: 'k6',
      command: 'k6',
      args: argumentsOf(script, plan),
      env: k6Environment(process.env, writePlan(plan), `http://127.0.0.1:${ports.prometheus}`),
      cpus: generator,
      stopSignal: 'SIGINT',
      graceSeconds: 15,
    });
    try {
      const requests = async () =>
        (await fetchSums([metricsUrl]))('http_server_request_duration_seconds_count');
      const read = async () => ({
        atMs: performance.now(),
        cpuSeconds: treeCpuSeconds([k6.pid]).get(k6.pid) ?? Number.NaN,
        requests: await requests(),
      });
      await untilLoaded(requests, await requests());
      await sleep(warmupSeconds * 1000);
      const from = await read();
      await sleep(seconds * 1000);
      const to = await read();
      const made = to.requests - from.requests;
      const cpuSeconds = to.cpuSeconds - from.cpuSeconds;
      const elapsed = (to.atMs - from.atMs) / 1000;
      if (!(made > 0 && cpuSeconds > 0)) throw new Error(`k6 made nothing; its log: ${k6.logFile}`);
      return {
        figures: { perCpu: made / cpuSeconds, 'requests a second': made / elapsed },
        generatorShare: cpuSeconds / elapsed / generator.length,
      };
    } finally {
      await k6.stop();
    }
  });
}

const readinessRequests = 20;

async function untilLoaded(requests: () => Promise<number>, before: number): Promise<void> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(50)) {
    if ((await requests()) > before + readinessRequests) return;
  }
  throw new Error('k6 made no request within 30 s');
}

function argumentsOf(script: Arm, plan: Plan): string[] {
  const ours = k6Arguments(plan, `127.0.0.1:${ports.k6}`);
  return script === 'ours'
    ? ours
    : [...ours.slice(0, -1), join(rootDir, 'bench/generator/smallest.ts')];
}

const folder = join(stateDir, 'bench-generator');

function writePlan(plan: Plan): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'plan.json');
  writeJson(file, plan);
  return file;
}

/** Its first step is stopped when it has been measured; the others are planned and never begin. */
function planOf(options: {
  load: Step['load'];
  workload: string;
  sampleEvery: number;
  baseUrl: string;
}): Plan {
  const { load, workload, sampleEvery, baseUrl } = options;
  const scenario = load.model === 'open' ? 'scaling' : 'concurrency';
  return {
    ...{ schemaVersion: 1, scenario, run: 'bench', trial: 1, app: 'express', workload },
    ...{ baseUrl, allowHosts: [], seed: 1, sampleEvery, slo: sloOf(workload) },
    steps: Array.from({ length: plannedSteps }, (_, index): Step => {
      return { name: `step_0${index + 1}`, warmup: false, durationSeconds: 60, load };
    }),
    ...{ gapSeconds: 0, gracefulStopSeconds: 2 },
    summaryPath: join(folder, 'k6-summary.json'),
  };
}
