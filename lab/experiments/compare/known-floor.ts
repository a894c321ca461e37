// Which noise floor a verdict stands on: the larger of the two that its subjects have.
import type { Arm } from '../../measure/turns/block-order';
import { type HeldLoad, sayLoad, sizeOf } from '../../measure/turns/held-load';
import type { KnownFloor } from './design';

/** Loads that differ by more than this factor may well differ in noise. */
const loadFactor = 1.5;

/** Undefined where neither subject has one. */
export function floorOfVerdict(
  floors: readonly KnownFloor[],
  workload: string,
  measure: string,
): KnownFloor | undefined {
  return floors
    .filter((known) => known.workload === workload && known.measure === measure)
    .sort((one, other) => other.floor - one.floor)[0];
}

/** What a reader must know of the floor beside its size. */
export function floorDoubts(
  floors: readonly KnownFloor[],
  used: KnownFloor | undefined,
  load: HeldLoad,
  labels: Record<Arm, string>,
): string[] {
  if (used === undefined) return [];
  const alike = floors.filter(
    ({ workload, measure }) => workload === used.workload && measure === used.measure,
  );
  const known = new Set(alike.map(({ arm }) => arm));
  const missing = (['a', 'b'] as const).filter((arm) => !known.has(arm));
  const [here, there] = [sizeOf(load), sizeOf(used.load)];
  return [
    ...missing.map(
      (arm) => `Only ${labels[used.arm]} has a noise floor; that of ${labels[arm]} is not known.`,
    ),
    ...(here !== null && there !== null && Math.max(here / there, there / here) > loadFactor
      ? [`The noise floor was measured at another load: ${sayLoad(used.load)}.`]
      : []),
  ];
}
