// `lab noise`: one subject against itself, and what that leaves to be found between two.

import { z } from 'zod';
import { turnOrder } from '../../measure/turns/block-order';
import {
  armOf,
  describePlace,
  interleaved,
  interleavedDesign,
  seriesSchema,
} from '../../measure/turns/interleaved';
import { doubtsOnce, percent, times, timesInterval } from '../../render/format';
import { answerSchema } from '../../results/reported-run';
import type { DesignedTrial } from '../../results/trial/result';
import { type NoiseFloor, noiseFloor, noiseFloorSchema } from '../../statistics/comparison';
import { smallestDetectableChange } from '../../statistics/contrast';

/** What run.json keeps of the question. */
export const noiseDesign = interleavedDesign.extend({
  kind: z.literal('noise'),
  /** What a person calls the subject. */
  label: z.string(),
});
export type NoiseDesign = z.infer<typeof noiseDesign>;

const noiseSchema = seriesSchema.extend({
  /** Runs of the arm that has fewer. */
  runsAnArm: z.number(),
  noise: noiseFloorSchema,
  /** Smallest change found with 80 % power, by runs per arm. */
  detectable: z.array(
    z.strictObject({
      runs: z.number(),
      change: z.number().nullable(),
    }),
  ),
});
export type Noise = z.infer<typeof noiseSchema>;

export const noiseResultSchema = answerSchema.extend({
  kind: z.literal('noise'),
  label: z.string(),
  /** Both arms were up at once: a check of the design, where it used to be a floor of verdicts. */
  inTurns: z.boolean(),
  floors: z.array(noiseSchema),
});
export type NoiseResult = z.infer<typeof noiseResultSchema>;

/** Runs per arm that a reader may consider. */
const runsToPlan = [5, 10, 16, 30] as const;

export function analyseNoise(design: NoiseDesign, trials: readonly DesignedTrial[]): NoiseResult {
  const { series, warnings } = interleaved(design, trials);
  const doubts: { where: string; text: string }[] = [];
  const floors = series.flatMap((one): Noise[] => {
    const [a, b] = [armOf(one, 'a'), armOf(one, 'b')];
    const where = `${one.measure.title} of ${one.workload}`;
    if (a.length === 0 || b.length === 0) {
      doubts.push({ where, text: 'no run counts, so there is no floor.' });
      return [];
    }
    const planned = (runs: number) => ({ runs, blocks: blocksOf(runs, design) });
    const noise = noiseFloor(a, b, planned(design.runs));
    doubts.push(...noise.warnings.map((text) => ({ where, text })));
    const { cv } = noise;
    const detectable = runsToPlan.map((runs) => ({
      runs,
      change: cv === null ? null : smallestDetectableChange(cv, planned(runs)),
    }));
    return [{ ...one, noise, runsAnArm: Math.min(a.length, b.length), detectable }];
  });
  return {
    kind: 'noise',
    label: design.label,
    inTurns: design.turns !== undefined,
    floors,
    sentences: floors.map((floor) => describeFloor(floor, design)),
    warnings: [...warnings, ...doubtsOnce(doubts, series.length)],
  };
}

/** What is compared: a run of each arm in turns; one after the other as many as their order makes. */
const blocksOf = (runs: number, { turns }: NoiseDesign): number =>
  turns ? runs : (turnOrder(runs).at(-1)?.block ?? 0) + 1;

const excludesOne = ({ interval: [low, high] }: NoiseFloor): boolean =>
  (low ?? 0) > 1 || (high ?? Infinity) < 1;

function describeFloor(one: Noise, { label, runs, turns }: NoiseDesign): string {
  const { noise, measure } = one;
  const where = `${measure.title} of ${label} on ${describePlace(one)}`;
  if (noise.floor === null) return `${where}: too few runs for a noise floor.`;
  if (turns) {
    const holds = excludesOne(noise) ? 'excludes 1, as one in twenty does by chance' : 'contains 1';
    return `${where}: A over A is ${times(noise.ratio)} (95 %: ${timesInterval(noise.interval)}), which ${holds}.`;
  }
  const found =
    noise.smallestDetectableChange === null
      ? ''
      : ` ${runs} runs per arm find a change from ${percent(noise.smallestDetectableChange)} four times in five.`;
  return `${where}: the same against the same differs by up to ${percent(noise.floor)}, the noise floor.${found}`;
}
