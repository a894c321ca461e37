// Several generators on one plan: started together, and stopped together when one of them ends before its time.
import { andThen } from '../errors';
import { endedInOrder } from '../results/trial/generators';
import { type Barrier, type Meeting, openBarrier } from './barrier';
import { describeEnding, type Ending } from './native/processes';
import type { Generator } from './runtime';

/** What processes, logs and incidents call it. */
export const generatorName = (number = 1): string => (number === 1 ? 'k6' : `k6-${number}`);

/** What one of several generators is told besides the plan. */
export type Share = { /** From 1. */ number: number; barrierUrl: string };

/**
 * @returns one that ends when all have ended, as the first that did so out of order
 */
export async function startTogether<One extends Generator>(
  count: number,
  at: Meeting,
  start: (share: Share) => Promise<One>,
): Promise<Generator & { all: readonly One[] }> {
  const barrier = await openBarrier(count, at);
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const started = await Promise.allSettled(
    numbers.map((number) => start({ number, barrierUrl: barrier.url })),
  );
  const all = started.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const stop = async () => {
    await Promise.all(all.map((each) => each.stop()));
  };
  const failure = started.find((each) => each.status === 'rejected');
  if (failure) {
    barrier.breakUp('another generator could not be started');
    return andThen(() => Promise.reject(failure.reason), [stop, () => barrier.close()]);
  }
  const ended = endOf(all, barrier, stop).finally(() => barrier.close());
  return { all, endings: all.map((each) => each.ended), ended, stop };
}

async function endOf(
  all: readonly Generator[],
  barrier: Barrier,
  stop: () => Promise<void>,
): Promise<Ending> {
  let first: Ending | undefined;
  const endings = await Promise.all(
    all.map(async ({ ended }, index) => {
      const ending = await ended;
      if (endedInOrder(ending) || first !== undefined) return ending;
      first = ending;
      // What the others measure from now on is a part of the load.
      barrier.breakUp(`generator ${index + 1} ${describeEnding(ending)}`);
      await stop();
      return ending;
    }),
  );
  return first ?? (endings[0] as Ending);
}
