// What `lab claims` takes from nothing, and what it asks of each experiment.
import { expect, it } from 'vitest';
import { claims, experiments, experimentsFor } from './catalogue';
import { type Experiment, keyOf, type Pace, taskOf } from './needs';

const needs = (subjectCores: number) =>
  experimentsFor(claims)
    .filter(
      ([, { leastSubjectCores = 1 }]: [string, Experiment]) => leastSubjectCores <= subjectCores,
    )
    .flatMap(([, experiment]) => experiment.needs);
const minutes = (subjectCores: number, pace: Pace): number =>
  needs(subjectCores).reduce((sum, need) => sum + taskOf(need, pace).seconds, 0) / 60;

it('takes less than an hour, and less than half of that in short', () => {
  for (const cores of [1, 4]) expect(minutes(cores, 'full')).toBeLessThan(60);
  expect(minutes(1, 'quick')).toBeLessThan(minutes(1, 'full') / 2);
});

it('measures each comparison once, however many claims use it', () => {
  const keys = needs(4).map(keyOf);
  expect(new Set(keys).size).toBe(keys.length);
  const users = claims.filter(({ tests }) =>
    tests.some(({ experiment }) => experiment === 'apps-mixed'),
  );
  expect(users.length).toBeGreaterThan(3);
});

it('has both tuned apps side by side, on what the default apps are compared on', () => {
  for (const workload of ['mixed', 'db'] as const) {
    const [tuned] = experiments[`tuned-${workload}`].needs;
    expect(tuned).toMatchObject({ subjects: ['express:tuned', 'django:tuned'], workload });
    const [plain] = experiments[`apps-${workload}`].needs;
    expect(plain).toMatchObject({ subjects: ['express', 'django'], workload });
  }
});
