// How an app starts, and what it holds when nobody asks it anything.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClaimedApp } from '../../lab/experiments/claims/design';
import type { AppEffort } from '../../lab/experiments/claims/effort';
import { memoryBytes, treeOf } from '../../lab/proc';
import { median } from '../../lab/statistics/descriptive';
import { ours } from '../rivals/contestants';
import type { Contestant, Stage } from '../stage';

type Running = Pick<AppEffort, 'start' | 'idleMemory'>;

/** Of each app; one more goes before them, which reads all from disk and is not counted. */
const countedStarts = 7;

/** The workers of a server that is ready may still be on their way. */
const settleMs = 1_500;

/** @param seconds from the process's start to ready */
type Seen = { seconds: number; processes: number; rss: number; pss: number | null };

export const inDefaultProfile = (stage: Stage, app: ClaimedApp): Contestant =>
  ours(app, 'default', stage.placement.subject.length);

export async function runningOf(
  stage: Stage,
  contestant: Contestant,
  onStart: (seconds: number) => void,
  starts: number = countedStarts,
): Promise<Running> {
  const seen: Seen[] = [];
  for (let start = 0; start <= starts; start += 1) {
    const one = await stage.withServer(contestant, async (_, { pid, readySeconds }) => {
      await sleep(settleMs);
      return { seconds: readySeconds, ...memoryOf(pid) };
    });
    onStart(one.seconds);
    if (start > 0) seen.push(one);
  }
  return summary(seen);
}

export function summary(seen: readonly Seen[]): Running {
  const seconds = seen.map((one) => one.seconds);
  const pss = seen.flatMap((one) => one.pss ?? []);
  return {
    start: { seconds, median: median(seconds) },
    idleMemory: {
      processes: Math.round(median(seen.map(({ processes }) => processes))),
      rssBytes: Math.round(median(seen.map(({ rss }) => rss))),
      pssBytes: pss.length === seen.length ? Math.round(median(pss)) : null,
    },
  };
}

function memoryOf(root: number): Omit<Seen, 'seconds'> {
  const each = treeOf(root).flatMap((pid) => memoryBytes(pid) ?? []);
  const pss = each.flatMap(({ pss }) => pss ?? []);
  return {
    processes: each.length,
    rss: each.reduce((sum, { rss }) => sum + rss, 0),
    pss: pss.length === each.length ? pss.reduce((sum, one) => sum + one, 0) : null,
  };
}
