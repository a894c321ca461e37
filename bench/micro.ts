// Both apps against entries written from TechEmpower's rules on the same frameworks: what does being
// a real, measured app cost? Throughput by route, in blocks of ABBA, each run a fresh process.
import { parseArgs } from 'node:util';
import { usageError } from '../lab/errors';
import type { AppName, ProfileName } from '../lab/runtime/subject';
import { load } from './load';
import { comparePaired, type Figures, measureInTurn, renderPaired } from './paired';
import { ours, rival } from './rivals/contestants';
import { type Contestant, type CpuSeconds, Stage } from './stage';

export const routes = [
  '/plaintext',
  '/json',
  '/db',
  '/queries?count=20',
  '/fortunes',
  '/updates?count=20',
] as const;

/** Enough to keep every thread and connection of a core busy, and few enough to queue little. */
const connections = 32;

export type Pace = { runs: number; warmupSeconds: number; seconds: number };

/** Quick shows that it works: six runs an arm are the fewest that give an interval. */
const paces = {
  full: { runs: 10, warmupSeconds: 1, seconds: 4 },
  quick: { runs: 6, warmupSeconds: 0.3, seconds: 0.7 },
} satisfies Record<string, Pace>;

/** Django's rival has no middleware, and so has its opponent. */
const matches: { app: AppName; profile: ProfileName; title: string }[] = [
  { app: 'express', profile: 'default', title: 'Express with Sequelize' },
  { app: 'django', profile: 'bare', title: 'Django without middleware' },
];

/** `npm run bench -- micro [--quick] [--app express|django]`; A is the rival, B ours. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { quick: { type: 'boolean' }, app: { type: 'string' } },
  });
  const chosen = matches.filter(({ app }) => values.app === undefined || app === values.app);
  if (chosen.length === 0) throw usageError(`--app is "${values.app}": give express or django.`);
  const pace = values.quick ? paces.quick : paces.full;
  const stage = await Stage.open();
  const interrupt = () => void stage.close().then(() => process.exit(130));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    for (const { app, profile, title } of chosen) {
      const { text } = await match(stage, { app, profile, title }, pace);
      process.stdout.write(`${text}\n\n`);
    }
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    await stage.close();
  }
}

async function match(
  stage: Stage,
  { app, profile, title }: (typeof matches)[number],
  pace: Pace,
): Promise<{ text: string }> {
  const cores = stage.placement.subject.length;
  const contestants = { a: rival(app, profile, cores), b: ours(app, profile, cores) };
  const busiest = new Busyness();
  const runs = await measureInTurn(
    pace.runs,
    (arm) => throughputs(stage, contestants[arm], pace, busiest),
    (line) => process.stderr.write(`${app}: ${line}\n`),
  );
  const rows = comparePaired(runs);
  const table = renderPaired(rows, { figure: 'requests/s', a: title, b: `ours (${profile})` });
  return {
    text: `${app}, ${connections} connections, ours over the rival:\n\n${table}\n${busiest}`,
  };
}

async function throughputs(
  stage: Stage,
  contestant: Contestant,
  pace: Pace,
  busyness: Busyness,
): Promise<Figures> {
  return stage.withServer(contestant, async (cpuSeconds) => {
    const figures: Record<string, number> = {};
    for (const path of routes) {
      const { baseUrl } = contestant;
      await load({ baseUrl, path, connections, seconds: pace.warmupSeconds });
      const before = cpuSeconds();
      const { answered, failed, seconds } = await load({
        ...{ baseUrl, path, connections },
        seconds: pace.seconds,
      });
      busyness.note(before, cpuSeconds(), seconds, cores(stage));
      if (failed > 0) throw new Error(`${contestant.name} failed ${failed} times at ${path}`);
      figures[path] = answered / seconds;
    }
    return figures;
  });
}

const cores = ({ placement }: Stage): number =>
  new Set([...placement.subject, ...placement.database]).size;

/** A server that was not busy was not the limit, and its throughput says little of it. */
class Busyness {
  private least = Number.POSITIVE_INFINITY;

  note(before: CpuSeconds, after: CpuSeconds, seconds: number, of: number): void {
    const used = after.server + after.database - before.server - before.database;
    this.least = Math.min(this.least, used / seconds / of);
  }

  toString(): string {
    return `Server and database used at least ${Math.round(100 * this.least)} % of their cores.`;
  }
}
