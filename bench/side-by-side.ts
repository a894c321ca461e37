// Servers up at the same time on the same cores, asked in turn for half a second each: what slows the
// machine for seconds slows every one of them alike, so differences of a few percent can be told.
import type { Sample } from '../lab/statistics/contrast';
import { load } from './load';
import type { Contestant, CpuSeconds, Stage } from './stage';

/** Two arms in mirrored order cancel a steady drift, mirrored pairs of them what it leaves. */
const turnsInBalance = 4;
const turnSeconds = 0.5;
/** As often as the lab's Prometheus asks, by the time that a server is under load. */
const scrapeEveryTurns = 4;
/** A page's first readings run code that nothing has compiled yet: part of a start, not of a request. */
const scrapesToWarmUp = 10;

type Competitor = Contestant & {
  /** Read while it is under load: what is measured is measured for somebody. */
  metricsUrl?: string | null;
};

export type Pace = {
  /** Fresh processes and reset databases each; a block is one run of every arm. */
  blocks: number;
  /** Under load before the first turn, for each arm and route. */
  warmupSeconds: number;
  /** Half seconds under load that count, for each arm and route: by fours for two arms, by sixes for three. */
  turns: number;
};

/** What one arm did in its turns of one block. */
export type Share = {
  requestsPerSecond: number;
  serverCpuSeconds: number;
  databaseCpuSeconds: number;
  answered: number;
  seconds: number;
};

export type BlockOf<Arm extends string> = Record<Arm, Record<string, Share>>;

/**
 * Of two arms abba baab, as lab/measure/turns/block-order.ts asks for. Mirrored, an arm between two
 * others would never have two turns in a row, as those have, and find its caches cold more often;
 * so more arms rotate, forth and back: abc bca cab | cba bac acb. None follows itself, each has each
 * place and each neighbour equally often, and a steady drift cancels.
 */
export function orderOf<Arm>(arms: readonly Arm[], turn: number): Arm[] {
  const size = arms.length;
  if (size < 3) {
    const mirrored = turn % turnsInBalance === 1 || turn % turnsInBalance === 2;
    return mirrored ? [...arms].reverse() : [...arms];
  }
  const line = turn % (2 * size) < size ? [...arms] : [...arms].reverse();
  return [...line.slice(turn % size), ...line.slice(0, turn % size)];
}

type Meeting<Arm extends string> = {
  stage: Stage;
  /** Each on ports and a database of its own. */
  competitors: Record<Arm, Competitor>;
  routes: readonly string[];
  /** Looked at once for each arm and route, before the load: speed at a wrong answer is no figure. */
  isRight?: (path: string, body: string) => boolean;
  connections: number;
  pace: Pace;
  tell: (line: string) => void;
};

/** @throws Error when an answer is wrong or has another status than 200, or none comes */
export async function measureSideBySide<Arm extends string>(
  meeting: Meeting<Arm>,
): Promise<BlockOf<Arm>[]> {
  const { competitors, pace, tell } = meeting;
  const arms = Object.keys(competitors) as Arm[];
  const blocks: BlockOf<Arm>[] = [];
  for (let block = 0; block < pace.blocks; block += 1) {
    // Who starts first may have the better memory; the next block has the other order.
    const starters = block % 2 === 0 ? arms : [...arms].reverse();
    blocks.push(await allUp(meeting, starters, (cpuOf) => measureBlock(meeting, arms, cpuOf)));
    tell(`block ${block + 1} of ${pace.blocks}`);
  }
  return blocks;
}

type CpuOf<Arm extends string> = Partial<Record<Arm, () => CpuSeconds>>;

function allUp<Arm extends string, T>(
  { stage, competitors }: Meeting<Arm>,
  [next, ...others]: readonly Arm[],
  work: (cpuOf: CpuOf<Arm>) => Promise<T>,
  cpuOf: CpuOf<Arm> = {},
): Promise<T> {
  if (next === undefined) return work(cpuOf);
  return stage.withServer(competitors[next], (cpuSeconds) =>
    allUp({ stage, competitors } as Meeting<Arm>, others, work, { ...cpuOf, [next]: cpuSeconds }),
  );
}

async function measureBlock<Arm extends string>(
  { competitors, routes, isRight, connections, pace }: Meeting<Arm>,
  arms: readonly Arm[],
  cpuOf: CpuOf<Arm>,
): Promise<BlockOf<Arm>> {
  const result = Object.fromEntries(arms.map((arm) => [arm, {}])) as BlockOf<Arm>;
  for (const path of routes) {
    for (const arm of arms) {
      const { name, baseUrl, metricsUrl } = competitors[arm];
      for (let n = 0; metricsUrl && n < scrapesToWarmUp; n += 1) await read(metricsUrl);
      const body = await (await fetch(baseUrl + path)).text();
      if (isRight?.(path, body) === false)
        throw new Error(`${name} ${path}: a wrong answer: ${body}`);
      if (pace.warmupSeconds > 0) {
        await load({ baseUrl, path, connections, seconds: pace.warmupSeconds });
      }
      const none = { answered: 0, seconds: 0, serverCpuSeconds: 0, databaseCpuSeconds: 0 };
      Object.assign(result[arm], { [path]: { ...none, requestsPerSecond: 0 } satisfies Share });
    }
    for (let turn = 0; turn < pace.turns; turn += 1) {
      for (const arm of orderOf(arms, turn)) {
        const { name, baseUrl, metricsUrl } = competitors[arm];
        const share = result[arm][path] as Share;
        const before = cpuOf[arm]?.();
        if (metricsUrl && turn % scrapeEveryTurns === 0) void read(metricsUrl);
        const { answered, failed, seconds } = await load({
          ...{ baseUrl, path, connections },
          seconds: turnSeconds,
        });
        const after = cpuOf[arm]?.();
        if (failed > 0)
          throw new Error(`${name} answered ${failed} times with an error at ${path}`);
        if (answered === 0) throw new Error(`${name} answered nothing in ${seconds} s at ${path}`);
        share.answered += answered;
        share.seconds += seconds;
        share.requestsPerSecond = share.answered / share.seconds;
        share.serverCpuSeconds += (after?.server ?? 0) - (before?.server ?? 0);
        share.databaseCpuSeconds += (after?.database ?? 0) - (before?.database ?? 0);
      }
    }
  }
  return result;
}

/** A page that fails under load shows in nothing that is measured here. */
const read = (url: string) =>
  fetch(url)
    .then((page) => page.text())
    .catch(() => undefined);

/** One figure of one arm, one run per block, for a comparison inside blocks. */
export function runsOf<Arm extends string>(
  blocks: readonly BlockOf<Arm>[],
  arm: Arm,
  path: string,
  figure: (share: Share) => number,
): Sample[] {
  return blocks.map((block, index) => ({
    block: String(index),
    value: figure(block[arm][path] as Share),
  }));
}
