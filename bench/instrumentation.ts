// What measuring costs: CPU a request and throughput of each app bare, with our instrumentation and
// with its framework's usual package; three arms in turn, each pair a comparison of its own.
import { rmSync } from 'node:fs';
import { exactly, isWorld } from '../k6/lib/answers';
import { compare } from '../lab/analysis/statistics/comparison';
import type { Run } from '../lab/analysis/statistics/contrast';
import { type AppName, appNames } from '../lab/runtime/subject';
import { type ArmName, arms, installRivals, rivals, serverOf } from './instrumentation/arms';
import { load } from './load';
import { ratioWithInterval } from './paired';
import { Stage } from './stage';
import { renderTable } from './table';

/** What is asked for. /json is what the bound is on: where the least is done, measuring weighs most. */
const routes: Record<string, (body: string) => boolean> = {
  '/json': exactly('{"message":"Hello, World!"}'),
  '/db': isWorld,
};

/** Enough to keep one core busy. */
const connections = 16;
/** As often as the lab's Prometheus asks. */
const scrapeEveryMs = 2000;
/** A server that had less of its core was not the limit: its throughput says little. */
const leastBusyCores = 0.9;
/** What our instrumentation may cost on /json. */
const mostCost = 0.03;

/** Ten runs an arm, two of them in a block, give a verdict. */
const paces = {
  full: { blocks: 5, warmupSeconds: 3, seconds: 5 },
  quick: { blocks: 1, warmupSeconds: 0.5, seconds: 1 },
};

/**
 * Six runs a block, two of each arm. Without any one arm what is left is ABBA, and BAAB in the next
 * block: each pair of arms has the order that lab/analysis/comparing/block-order.ts asks for.
 */
export const blockOf = (index: number): ArmName[] => {
  const [one, two, three] =
    index % 2 === 0 ? arms : ([...arms].reverse() as [ArmName, ArmName, ArmName]);
  return [one, two, three, three, two, one];
};

type Figures = { cpuMicroseconds: number; requestsPerSecond: number; busyCores: number };
type Measured = { arm: ArmName; block: string; routes: Record<string, Figures> };

/** `npm run bench -- instrumentation [--quick] [express|django] [BLOCKS]`: two runs an arm a block. */
export async function run(args: readonly string[]): Promise<void> {
  const pace = args.includes('--quick') ? paces.quick : paces.full;
  const blocks = Number(args.find((arg) => /^\d+$/.test(arg)) ?? pace.blocks);
  const wanted = appNames.filter((app) => args.includes(app));
  installRivals();
  const stage = await Stage.open();
  try {
    for (const app of wanted.length > 0 ? wanted : appNames) {
      const measured: Measured[] = [];
      for (let block = 0; block < blocks; block += 1) {
        for (const arm of blockOf(block)) {
          measured.push({
            arm,
            block: String(block),
            routes: await measure(stage, app, arm, pace),
          });
          process.stderr.write(`${app} ${arm}, block ${block + 1} of ${blocks}\n`);
        }
      }
      process.stdout.write(`${render(app, measured)}\n\n`);
    }
  } finally {
    await stage.close();
  }
}

async function measure(
  stage: Stage,
  app: AppName,
  arm: ArmName,
  { warmupSeconds, seconds }: (typeof paces)['full'],
): Promise<Record<string, Figures>> {
  const server = serverOf(app, arm, stage.placement.subject.length);
  const figures: Record<string, Figures> = {};
  try {
    await stage.withServer(server, async (cpuSeconds) => {
      const scraping = server.metricsUrl ? scrapeAgainAndAgain(server.metricsUrl) : undefined;
      for (const [route, isRight] of Object.entries(routes)) {
        const url = server.baseUrl + route;
        const answer = await (await fetch(url)).text();
        if (!isRight(answer)) throw new Error(`${arm} ${url}: a wrong answer: ${answer}`);
        const asked = { baseUrl: server.baseUrl, path: route, connections };
        await load({ ...asked, seconds: warmupSeconds });
        const before = cpuSeconds();
        const { answered, failed } = await load({ ...asked, seconds });
        const cpu = cpuSeconds().server - before.server;
        if (failed > 0) throw new Error(`${arm} ${url}: ${failed} answers with another status`);
        figures[route] = {
          cpuMicroseconds: (cpu / answered) * 1e6,
          requestsPerSecond: answered / seconds,
          busyCores: cpu / seconds,
        };
      }
      scraping?.stop();
    });
  } finally {
    const folder = server.env('').PROMETHEUS_MULTIPROC_DIR;
    if (folder) rmSync(folder, { recursive: true, force: true });
  }
  return figures;
}

/** What is measured is measured for somebody: reading it belongs to its price. */
function scrapeAgainAndAgain(url: string) {
  const timer = setInterval(() => {
    void fetch(url)
      .then((page) => page.text())
      .catch(() => undefined);
  }, scrapeEveryMs);
  return { stop: () => clearInterval(timer) };
}

function render(app: AppName, measured: readonly Measured[]): string {
  const runsOf = (arm: ArmName, route: string, figure: keyof Figures): Run[] =>
    measured
      .filter((one) => one.arm === arm)
      .map(({ block, routes: found }) => ({ block, value: found[route]?.[figure] ?? Number.NaN }));
  const names: Record<ArmName, string> = { bare: 'bare', ours: 'ours', theirs: rivals[app] };
  const pairs: [ArmName, ArmName][] = [
    ['bare', 'ours'],
    ['bare', 'theirs'],
    ['theirs', 'ours'],
  ];
  const titles = { cpuMicroseconds: 'CPU µs a request', requestsPerSecond: 'requests a second' };
  const rows = Object.keys(routes).flatMap((route) =>
    (['cpuMicroseconds', 'requestsPerSecond'] as const).flatMap((figure) =>
      pairs.map(([a, b]) => {
        const [runsA, runsB] = [runsOf(a, route, figure), runsOf(b, route, figure)];
        const comparison = compare(runsA, runsB, {
          better: figure === 'cpuMicroseconds' ? 'lower' : 'higher',
        });
        return [
          `${route} ${titles[figure]}`,
          `${names[b]} over ${names[a]}`,
          median(runsA).toPrecision(4),
          median(runsB).toPrecision(4),
          ratioWithInterval(comparison),
          comparison.n.a,
        ];
      }),
    ),
  );
  const header = ['figure', 'B over A', 'A', 'B', 'ratio (95 %)', 'runs an arm'];
  return [`${app}:`, renderTable(header, rows), ...remarks(app, measured, runsOf)].join('\n');
}

function remarks(
  app: AppName,
  measured: readonly Measured[],
  runsOf: (arm: ArmName, route: string, figure: keyof Figures) => Run[],
): string[] {
  const cost = (a: ArmName, b: ArmName) =>
    compare(runsOf(a, '/json', 'cpuMicroseconds'), runsOf(b, '/json', 'cpuMicroseconds'), {
      better: 'lower',
    });
  const [ours, besideTheirs] = [cost('bare', 'ours'), cost('theirs', 'ours')];
  const idle = measured.filter(({ routes: found }) =>
    Object.values(found).some(({ busyCores }) => busyCores < leastBusyCores),
  );
  const say = (holds: boolean) => (holds ? 'holds' : 'DOES NOT HOLD');
  return [
    `  At most ${mostCost * 100} % on /json: ${say(ours.ratio <= 1 + mostCost)} (${((ours.ratio - 1) * 100).toFixed(1)} %).`,
    `  Less than ${rivals[app]}: ${say(besideTheirs.ratio < 1)}.`,
    ...(ours.indicative ? ['  Indicative only: a verdict wants ten runs an arm.'] : []),
    ...(idle.length > 0
      ? [
          `  In ${idle.length} of ${measured.length} runs the server used less than ${leastBusyCores} cores: its throughput there is another’s limit.`,
        ]
      : []),
  ];
}

function median(runs: readonly Run[]): number {
  const values = runs.map(({ value }) => value).sort((a, b) => a - b);
  const middle = Math.floor(values.length / 2);
  const [low = Number.NaN, high = low] = [
    values[values.length % 2 ? middle : middle - 1],
    values[middle],
  ];
  return (low + high) / 2;
}
