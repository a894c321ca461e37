// Several generators on one plan: started together, and stopped together when one of them ends before its time.
import { type Barrier, type Meeting, openBarrier } from './barrier';
import { describeEnding, type Ending } from './native/processes';
import type { Generator } from './runtime';

/** What one of several generators is told besides the plan. */
export type Share = { /** From 1. */ number: number; barrierUrl: string };

/** k6 ends with 99 when a threshold is crossed. */
export const endedInOrder = ({ code, signal }: Ending): boolean =>
  signal === null && (code === 0 || code === 99);

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
    await stop();
    barrier.close();
    throw failure.reason;
  }
  return { all, endings: all.map(({ ended }) => ended), ended: endOf(all, barrier, stop), stop };
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
  barrier.close();
  return first ?? (endings[0] as Ending);
}
