// Both apps against entries written from TechEmpower's rules on the same frameworks: what does being
// a real, measured app cost? By route, side by side, in ten blocks of fresh processes. A report: no
// ratio has a bound, since the apps are written as their frameworks are, whatever that costs.
import { andThen } from '../lab/errors';
import type { ClaimedApp } from '../lab/experiments/claims/design';
import type { ProfileName } from '../lab/runtime/subject';
import { namedOr, readArguments } from './arguments';
import { comparePaired, renderPaired } from './paired';
import { ours, rival } from './rivals/contestants';
import { type BlockOf, measureSideBySide, type Pace, runsOf, type Share } from './side-by-side';
import { Stage } from './stage';

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

/** Quick shows that it works: six runs per arm give an interval, ten a verdict. */
const paces: Record<'full' | 'quick', Pace> = {
  full: { blocks: 10, warmupSeconds: 1, turns: 8 },
  quick: { blocks: 6, warmupSeconds: 0.3, turns: 4 },
};

type Match = { app: ClaimedApp; profile: ProfileName; title: string };

/** Django's rival has no middleware, and so has its opponent. */
const matches: Match[] = [
  { app: 'express', profile: 'default', title: 'Express with Sequelize' },
  { app: 'django', profile: 'bare', title: 'Django without middleware' },
];

/**
 * Throughput is what a user gets. CPU per request, of server and database, tells the same where
 * neighbours take time from both arms.
 */
const measures = {
  'requests/s': { better: 'higher', of: ({ requestsPerSecond }: Share) => requestsPerSecond },
  'CPU ms/request': {
    better: 'lower',
    of: ({ serverCpuSeconds, databaseCpuSeconds, answered }: Share) =>
      ((serverCpuSeconds + databaseCpuSeconds) * 1000) / answered,
  },
} as const;

/** `npm run bench -- micro [--quick] [express|django]`; A is the rival, B ours. */
export async function run(args: readonly string[]): Promise<void> {
  const apps = matches.map(({ app }) => app);
  const given = readArguments(args, { flags: ['--quick'], words: apps });
  const wanted = namedOr(given.words, apps);
  const chosen = matches.filter(({ app }) => wanted.includes(app));
  const stage = await Stage.open();
  await andThen(async () => {
    for (const match of chosen) {
      const blocks = await play(stage, match, given.has('--quick') ? paces.quick : paces.full);
      process.stdout.write(`${render(match, blocks)}\n\n`);
    }
  }, [() => stage.close()]);
}

function play(stage: Stage, { app, profile }: Match, pace: Pace): Promise<BlockOf<'a' | 'b'>[]> {
  const cores = stage.placement.subject.length;
  return measureSideBySide({
    ...{ stage, routes, connections, pace },
    competitors: { a: rival(app, profile, cores), b: ours(app, profile, cores) },
    tell: (line) => process.stderr.write(`${app}: ${line}\n`),
  });
}

function render({ app, profile, title }: Match, blocks: readonly BlockOf<'a' | 'b'>[]): string {
  const tables = Object.entries(measures).map(([measure, { better, of }]) => {
    const ofMeasure = new Map(
      routes.map((path) => [
        path,
        { a: runsOf(blocks, 'a', path, of), b: runsOf(blocks, 'b', path, of) },
      ]),
    );
    const titles = { figure: measure, a: title, b: `ours (${profile})` };
    return renderPaired(comparePaired(ofMeasure, better), titles);
  });
  return [`${app}, ${connections} connections, ours over the rival:`, ...tables].join('\n\n');
}
