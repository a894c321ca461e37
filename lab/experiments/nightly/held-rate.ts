// Whether a night's fixed rates were ones that its subjects carry: above that, p99 and CPU a request
// are those of a queue, and a night without a value is no regression.

import type { StepResult } from '../../results/trial/steps';

/** What one pair's first trials at its rate say. */
export interface RateTrials {
  /** As in app/profile/workload. */
  readonly name: string;
  readonly rateRps: number;
  /** Warm-ups left out. */
  readonly steps: readonly StepResult[];
}

/** @returns a sentence for each pair that could not be measured, or was asked for too much */
export function rateWarnings(pairs: readonly RateTrials[]): string[] {
  return pairs.flatMap((one) => [...whyVoid(one), ...whyTooMuch(one)]);
}

/** The generator, a neighbour, the books: nothing that the subject's speed did. */
function whyVoid({ name, steps }: RateTrials): string[] {
  const voided = steps.filter(({ validity }) => validity.state === 'void');
  if (voided.length === 0 || voided.length * 2 < steps.length) return [];
  const reasons = new Map<string, number>();
  for (const { validity } of voided) {
    for (const { name: check, outcome } of validity.checks) {
      if (outcome === 'broken') reasons.set(check, (reasons.get(check) ?? 0) + 1);
    }
    if (validity.checks.length === 0) {
      for (const reason of validity.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
  }
  const said = [...reasons]
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${reason} ${count}x`);
  return [
    `${name}: ${voided.length} of ${steps.length} trials void (${said.join(', ')}): they say nothing of the subject, for better or worse.`,
  ];
}

function whyTooMuch({ name, rateRps, steps }: RateTrials): string[] {
  const valid = steps.filter(({ validity }) => validity.state !== 'void');
  const broken = valid.filter(({ sloHeld }) => sloHeld === false);
  if (broken.length * 2 <= valid.length) return [];
  const overloaded = broken.filter(({ validity }) => validity.state === 'overloaded').length;
  return [
    `${name}: ${rateRps}/s broke its SLO in ${broken.length} of ${valid.length} valid trials, ${overloaded} of them overloaded: its p99 and CPU a request are those of a queue. If earlier nights held this rate, that is what changed; if none did, it is more than this machine carries: give a lower rateRps (\`lab capacity\` finds how low).`,
  ];
}
