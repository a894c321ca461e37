// Both apps against entries written from TechEmpower's rules on the same frameworks: what does being
// a real, measured app cost? By route, in blocks of ABBA BAAB, each run a fresh process.
import { parseArgs } from 'node:util';
import { usageError } from '../lab/errors';
import type { AppName, ProfileName } from '../lab/runtime/subject';
import { load } from './load';
import {
  comparePaired,
  type Figures,
  measureInTurn,
  type PairedRuns,
  renderPaired,
} from './paired';
import { ours, rival } from './rivals/contestants';
import { type Contestant, Stage } from './stage';

const routes = [
  '/plaintext',
  '/json',
  '/db',
  '/queries?count=20',
  '/fortunes',
  '/updates?count=20',
] as const;

/** Enough to keep every thread and connection of a core busy, and few enough to queue little. */
const connections = 32;

type Pace = { runs: number; warmupSeconds: number; seconds: number };

/** Quick shows that it works: six runs an arm are the fewest that give an interval. */
const paces = {
  full: { runs: 10, warmupSeconds: 1, seconds: 4 },
  quick: { runs: 6, warmupSeconds: 0.3, seconds: 1 },
} satisfies Record<string, Pace>;

type Match = { app: AppName; profile: ProfileName; title: string };

/** Django's rival has no middleware, and so has its opponent. */
const matches: Match[] = [
  { app: 'express', profile: 'default', title: 'Express with Sequelize' },
  { app: 'django', profile: 'bare', title: 'Django without middleware' },
];

/**
 * Throughput is what a user gets. CPU a request, of server and database, tells the same where
 * neighbours take time from both arms.
 */
const measures = {
  'requests/s': 'higher',
  'CPU ms/request': 'lower',
} as const;
type Measure = keyof typeof measures;

/** `npm run bench -- micro [--quick] [--app express|django]`; A is the rival, B ours. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { quick: { type: 'boolean' }, app: { type: 'string' } },
  });
  const chosen = matches.filter(({ app }) => values.app === undefined || app === values.app);
  if (chosen.length === 0) throw usageError(`--app is "${values.app}": give express or django.`);
  const stage = await Stage.open();
  try {
    for (const match of chosen) {
      const runs = await play(stage, match, values.quick ? paces.quick : paces.full);
      process.stdout.write(`${render(match, runs)}\n\n`);
    }
  } finally {
    await stage.close();
  }
}

function play(stage: Stage, { app, profile }: Match, pace: Pace): Promise<PairedRuns> {
  const cores = stage.placement.subject.length;
  const contestants = { a: rival(app, profile, cores), b: ours(app, profile, cores) };
  return measureInTurn(
    pace.runs,
    (arm) => measureRoutes(stage, contestants[arm], pace),
    (line) => process.stderr.write(`${app}: ${line}\n`),
  );
}

const figure = (measure: Measure, path: string): string => `${measure} ${path}`;

function measureRoutes(stage: Stage, contestant: Contestant, pace: Pace): Promise<Figures> {
  const { name, baseUrl } = contestant;
  return stage.withServer(contestant, async (cpuSeconds) => {
    const figures: Record<string, number> = {};
    for (const path of routes) {
      await load({ baseUrl, path, connections, seconds: pace.warmupSeconds });
      const before = cpuSeconds();
      const { answered, failed, seconds } = await load({
        ...{ baseUrl, path, connections },
        seconds: pace.seconds,
      });
      const after = cpuSeconds();
      if (failed > 0) throw new Error(`${name} answered ${failed} times with an error at ${path}`);
      if (answered === 0) throw new Error(`${name} answered nothing in ${seconds} s at ${path}`);
      const cpuMs = 1000 * (after.server + after.database - before.server - before.database);
      figures[figure('requests/s', path)] = answered / seconds;
      figures[figure('CPU ms/request', path)] = cpuMs / answered;
    }
    return figures;
  });
}

function render({ app, profile, title }: Match, runs: PairedRuns): string {
  const tables = Object.entries(measures).map(([measure, better]) => {
    const ofMeasure = new Map(
      routes.flatMap((path) => {
        const arms = runs.get(figure(measure as Measure, path));
        return arms === undefined ? [] : [[path, arms] as const];
      }),
    );
    const titles = { figure: measure, a: title, b: `ours (${profile})` };
    return renderPaired(comparePaired(ofMeasure, better), titles);
  });
  return [`${app}, ${connections} connections, ours over the rival:`, ...tables].join('\n\n');
}
