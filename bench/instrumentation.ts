// What measuring costs: CPU per request and throughput of each app bare, with our instrumentation and
// with its framework's usual package; three arms in turn, each pair a comparison of its own.

import { rmSync } from 'node:fs';
import { exactlyJson, isWorld } from '../k6/lib/answers';
import { andThen } from '../lab/errors';
import { type ClaimedApp, claimedApps } from '../lab/experiments/claims/design';
import { compare } from '../lab/statistics/comparison';
import { namedOr, readArguments } from './arguments';
import {
  type ArmName,
  arms,
  type InstrumentedServer,
  installRivals,
  rivals,
  serverOf,
} from './instrumentation/arms';
import { geometricMean, ratioWithInterval } from './paired';
import { type BlockOf, measureSideBySide, type Pace, runsOf, type Share } from './side-by-side';
import { Stage } from './stage';
import { renderTable } from './table';

/** What is asked for: where the least is done, measuring weighs most; and what asks the database once. */
const routes: Record<string, (body: string) => boolean> = {
  '/json': exactlyJson({ message: 'Hello, World!' }),
  '/db': isWorld,
};

/** Enough to keep one core busy. */
const connections = 16;
/** A server that, with its database, had less of its core was not the limit: its throughput says little. */
const leastBusyCores = 0.9;
/** What our instrumentation may cost on each route: the ratio itself, and the upper end of its interval. */
const mostCost = { ratio: 1.03, upperEnd: 1.08 };

/** Ten runs per arm give a verdict. */
const paces: Record<'full' | 'quick', Pace> = {
  full: { blocks: 10, warmupSeconds: 2, turns: 12 },
  quick: { blocks: 3, warmupSeconds: 0.5, turns: 6 },
};

type Block = BlockOf<ArmName>;

/** `npm run bench -- instrumentation [--quick] [express|django] [/json|/db] [BLOCKS]`. */
export async function run(args: readonly string[]): Promise<void> {
  const words = [...claimedApps, ...Object.keys(routes)];
  const given = readArguments(args, { flags: ['--quick'], words, number: 'blocks' });
  const pace = given.has('--quick') ? paces.quick : paces.full;
  const blocks = given.number ?? pace.blocks;
  const chosen = <Name extends string>(names: readonly Name[]): readonly Name[] =>
    namedOr(
      names.filter((name) => given.words.includes(name)),
      names,
    );
  const paths = chosen(Object.keys(routes));
  installRivals();
  const stage = await Stage.open();
  await andThen(async () => {
    for (const app of chosen(claimedApps)) {
      const measured = await measure(stage, app, paths, { ...pace, blocks });
      process.stdout.write(`${render(app, paths, measured)}\n\n`);
    }
  }, [() => stage.close()]);
}

async function measure(
  stage: Stage,
  app: ClaimedApp,
  paths: readonly string[],
  pace: Pace,
): Promise<Block[]> {
  const competitors = Object.fromEntries(
    arms.map((arm, place) => [
      arm,
      serverOf(app, arm, { cores: stage.placement.subject.length, place }),
    ]),
  ) as Record<ArmName, InstrumentedServer>;
  const folders = Object.values(competitors).flatMap(
    ({ env }) => env('').PROMETHEUS_MULTIPROC_DIR ?? [],
  );
  return andThen(
    () =>
      measureSideBySide({
        ...{ stage, competitors, routes: paths, connections, pace },
        isRight: (path, body) => routes[path]?.(body) === true,
        tell: (line) => process.stderr.write(`${app}, ${line}\n`),
      }),
    folders.map((folder) => () => rmSync(folder, { recursive: true, force: true })),
  );
}

const measures = {
  'CPU µs per request': {
    better: 'lower',
    of: ({ serverCpuSeconds, answered }: Share) => (serverCpuSeconds / answered) * 1e6,
  },
  'requests per second': {
    better: 'higher',
    of: ({ requestsPerSecond }: Share) => requestsPerSecond,
  },
} as const;

const pairs: [ArmName, ArmName][] = [
  ['bare', 'ours'],
  ['bare', 'theirs'],
  ['theirs', 'ours'],
];

function render(app: ClaimedApp, paths: readonly string[], measured: readonly Block[]): string {
  const names: Record<ArmName, string> = { bare: 'bare', ours: 'ours', theirs: rivals[app] };
  const rows = paths.flatMap((path) =>
    Object.entries(measures).flatMap(([measure, { better, of }]) =>
      pairs.map(([a, b]) => {
        const [runsA, runsB] = [runsOf(measured, a, path, of), runsOf(measured, b, path, of)];
        const comparison = compare(runsA, runsB, { better });
        return [
          `${path} ${measure}`,
          `${names[b]} over ${names[a]}`,
          geometricMean(runsA).toPrecision(4),
          geometricMean(runsB).toPrecision(4),
          ratioWithInterval(comparison),
          comparison.n.a,
        ];
      }),
    ),
  );
  const header = ['figure', 'B over A', 'A', 'B', 'ratio (95 %)', 'runs per arm'];
  return [`${app}:`, renderTable(header, rows), ...remarks(app, paths, measured)].join('\n');
}

function remarks(app: ClaimedApp, paths: readonly string[], measured: readonly Block[]): string[] {
  const shares = measured.flatMap((block) => arms.flatMap((arm) => Object.values(block[arm])));
  const idle = shares.filter(
    ({ serverCpuSeconds, databaseCpuSeconds, seconds }) =>
      (serverCpuSeconds + databaseCpuSeconds) / seconds < leastBusyCores,
  );
  return [
    ...paths.flatMap((path) => verdicts(app, path, measured)),
    ...(idle.length > 0
      ? [
          `  In ${idle.length} of ${shares.length} measurements server and database used less than ${leastBusyCores} cores: the throughput there is another’s limit.`,
        ]
      : []),
  ];
}

function verdicts(app: ClaimedApp, path: string, measured: readonly Block[]): string[] {
  const { better, of } = measures['CPU µs per request'];
  const cost = (a: ArmName, b: ArmName) =>
    compare(runsOf(measured, a, path, of), runsOf(measured, b, path, of), { better });
  const [ours, besideTheirs] = [cost('bare', 'ours'), cost('theirs', 'ours')];
  const describe = (holds: boolean) => (holds ? 'holds' : 'DOES NOT HOLD');
  const upperEnd = ours.interval[1] ?? Infinity;
  const isCheap = ours.ratio <= mostCost.ratio && upperEnd <= mostCost.upperEnd;
  return [
    `  ${path}: at most ${mostCost.ratio}, upper end at most ${mostCost.upperEnd}: ${describe(isCheap)} (${ratioWithInterval(ours)}).`,
    `  ${path}: less than ${rivals[app]}: ${describe(besideTheirs.ratio < 1)}.`,
    ...(ours.indicative ? ['  Indicative only: a verdict needs ten runs per arm.'] : []),
  ];
}
