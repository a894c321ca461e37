// nightly.yaml: what is measured every night, checked before anything starts.
import { join } from 'node:path';
import { z } from 'zod';
import { usualTurns } from '../../measure/turns/paired-blocks';
import { turnPaces } from '../../measure/turns/take-turns';
import { workloadNames } from '../../measure/workloads';
import { rootDir } from '../../paths';
import { seriesId } from '../../results/night-schema';
import { readYaml } from '../../results/read-checked';
import { turnsInFour } from '../../results/trial/turns';
import { appNames, profileNames } from '../../runtime/subject';
import { FEWEST_BLOCKS } from '../../statistics/contrast';

export const nightlyFile = join(rootDir, 'lab/nightly.yaml');

const within = (least: number, most: number, unit = '') => {
  const expected = `give a number from ${least} to ${most}${unit}`;
  return z.number(expected).min(least, expected).max(most, expected);
};
const whole = (least: number, most: number) => {
  const expected = `give a whole number from ${least} to ${most}`;
  return z.int(expected).min(least, expected).max(most, expected);
};
const oneOf = <Name extends string>(names: readonly Name[]) =>
  z.enum(names, `choose ${names.join(', ')}`);

const percentOrRatio = 'give a percentage such as 3 %, or a ratio such as 0.03';
const effect = z
  .union(
    [
      z
        .string()
        .regex(/^\d+(\.\d+)?\s*%$/)
        .transform((text) => Number.parseFloat(text) / 100),
      z.number(),
    ],
    percentOrRatio,
  )
  .refine((ratio) => ratio >= 0 && ratio < 1, percentOrRatio);

const pair = z.strictObject({
  app: oneOf(appNames),
  profile: oneOf(profileNames).default('default'),
  workload: oneOf(workloadNames),
  /** Load only goes to this machine, so a higher rate can only be a typing error. */
  rateRps: within(1, 20_000, ' requests per second'),
});

const settingsSchema = z
  .strictObject({
    budgetMinutes: within(1, 12 * 60, ' minutes'),
    minimumEffect: effect,
    heartbeatDays: whole(1, 365),
    mostVoidShare: within(0, 1),
    turns: z.strictObject({
      blocks: whole(FEWEST_BLOCKS, 100),
      warmupSeconds: within(1, 60, ' seconds'),
      seconds: within(turnsInFour * usualTurns.seconds, 300, ' seconds'),
    }),
    measure: z
      .array(pair, 'list what to measure: app, profile, workload, rateRps')
      .min(1, 'list at least one subject with its workload'),
  })
  .superRefine(({ measure }, context) => {
    for (const [index, one] of measure.entries()) {
      const first = measure.findIndex((other) => seriesId(other) === seriesId(one));
      if (first === index) continue;
      context.addIssue({
        code: 'custom',
        path: ['measure', index],
        message: `${seriesId(one)} is listed twice: a series has one rate, so remove one of them`,
      });
    }
  });

export type NightlySettings = z.infer<typeof settingsSchema>;

export const readNightlySettings = (file = nightlyFile): NightlySettings =>
  readYaml(file, settingsSchema);

/** Shorter and fewer blocks, for a first try and for tests; these are series of their own. */
export function quick({ turns, ...settings }: NightlySettings): NightlySettings {
  const { runs, warmupSeconds, seconds } = turnPaces.quick;
  return {
    ...settings,
    turns: {
      blocks: Math.min(turns.blocks, runs),
      warmupSeconds: Math.min(turns.warmupSeconds, warmupSeconds),
      seconds: Math.min(turns.seconds, seconds),
    },
  };
}
