import { describe, expect, it } from 'vitest';
import { type AppName, appNames } from '../../contract/apps';
import { pairedFixture } from '../experiments/turns.fixture';
import { seededRandom } from '../statistics/random';
import { findings } from './findings';
import { describeTurns, formatFactor } from './findings-text';
import { trialRecord } from './trial/trial.fixture';

const stairs = [100, 200, 300].map((rateRps) => ({
  model: 'open' as const,
  rateRps,
  maxVUs: 50,
}));
const missed = { sloMisses: 500 };

describe('findings', () => {
  it('bound what each app holds by the steps below and above its limit', () => {
    const express = trialRecord({ loads: stairs, steps: [{}, {}, missed] });
    const django = trialRecord({ app: 'django', loads: stairs, steps: [{}, missed, missed] });
    const { ranges, sentences } = findings([express, django]);
    expect(ranges).toMatchObject([
      { app: 'express', held: { offeredRps: 200 }, broken: { offeredRps: 300 } },
      { app: 'django', held: { offeredRps: 100 }, broken: { offeredRps: 200 } },
    ]);
    expect(sentences).toHaveLength(3);
    // Express holds 200..300, Django 100..200: they may meet at 200.
    expect(sentences[0]).toBe(
      'Which carries more micro is open: Express 200 to 300, Django 100 to 200 requests per second.',
    );
    expect(sentences[1]).toMatch(/^Express held 99 % of micro within 100 ms at 200 requests/);
    expect(sentences.join()).not.toMatch(/undefined|NaN|Infinity/);
  });

  it('neither call a rate held above one that was broken, nor one broken below one that held', () => {
    const of = (steps: (typeof missed | Record<string, never>)[]) => {
      const high = { model: 'open' as const, rateRps: 400, maxVUs: 50 };
      return findings([trialRecord({ loads: [...stairs, high], steps })]);
    };
    const wavered = of([{}, missed, {}, missed]);
    expect(wavered.ranges[0]).toMatchObject({
      ...{ held: { offeredRps: 100 }, broken: { offeredRps: 400 } },
      wavered: { brokenRps: 200, heldRps: 300 },
    });
    expect(wavered.sentences[0]).toMatch(
      /\), not at 200 but again at 300, and no longer at 400\.$/,
    );
    const open = of([{}, missed, missed, {}]);
    expect(open.ranges[0]).toMatchObject({ held: { offeredRps: 100 }, broken: null });
    expect(open.sentences[0]).toMatch(/\), not at 200 but again at 400, the highest rate tried\.$/);
    const late = of([missed, {}, missed, missed]);
    expect(late.ranges[0]).toMatchObject({ held: null, broken: { offeredRps: 300 } });
    expect(late.sentences[0]).toBe(
      'Express did not hold 99 % of micro within 100 ms at 100 requests per second, but did at 200, and no longer at 300.',
    );
  });

  it('leave the comparison open when the bounds overlap', () => {
    const express = trialRecord({ loads: stairs, steps: [{}, {}, missed] });
    const django = trialRecord({ app: 'django', loads: stairs, steps: [{}, {}, missed] });
    expect(findings([express, django]).sentences[0]).toMatch(/^Which carries more micro is open/);
  });

  it('give the least that one carries more where they do not', () => {
    const express = trialRecord({ loads: stairs, steps: [{}, {}, missed] });
    const low = [{ model: 'open' as const, rateRps: 40, maxVUs: 50 }, ...stairs];
    const django = trialRecord({ app: 'django', loads: low, steps: [{}, missed, missed, missed] });
    const sentence =
      'Express carries at least 2.0 times as much micro as Django: 200 to 300 against 40 to 100 requests per second.';
    expect(findings([express, django]).sentences[0]).toBe(sentence);
    expect(findings([django, express]).sentences[0]).toBe(sentence);
  });

  it('refuse a number when no step is valid', () => {
    const starved = trialRecord({ loads: stairs, cores: { generator: 0.95 } });
    const { sentences, warnings, ranges } = findings([starved]);
    expect(ranges[0]).toMatchObject({ held: null, bestRps: null, void: 3 });
    expect(sentences[0]).toMatch(/no step is valid/);
    expect(warnings.join()).toMatch(/3 steps are void/);
  });

  it('say nothing of the load held when only steps by users are valid', () => {
    const starved = trialRecord({ loads: stairs, cores: { generator: 0.95 } });
    const users = trialRecord({ loads: [{ model: 'closed', users: 8 }] });
    const { sentences, ranges } = findings([starved, { ...users, number: 2 }]);
    expect(ranges[0]).toMatchObject({ held: null, broken: null, believable: 1 });
    expect(sentences[0]).toMatch(/no step by rate is valid/);
  });

  it('say that the stairs were too low instead of guessing a limit', () => {
    const express = trialRecord({ loads: stairs });
    const django = trialRecord({ app: 'django', loads: stairs, steps: [{}, {}, missed] });
    const { sentences } = findings([express, django]);
    expect(sentences[1]).toMatch(/the highest rate tried/);
    expect(sentences[0]).toMatch(/open: Express 300 or more, Django 200 to 300/);
  });

  it('compare with a limit that was not reached, as far as that goes', () => {
    const express = trialRecord({ loads: stairs });
    const django = trialRecord({ app: 'django', loads: stairs, steps: [missed, missed, missed] });
    const { sentences } = findings([express, django]);
    expect(sentences[0]).toBe(
      'Express carries at least 3.0 times as much micro as Django: 300 or more against less than 100 requests per second.',
    );
  });
});

describe('findings of a tour that visits the shop, too', () => {
  const ofShop = (
    app: AppName,
    changes: { sloMisses?: number }[] = [{}, {}],
    stairsOfUsers = [8, 32],
  ) => {
    const loads = stairsOfUsers.map((users) => ({ model: 'closed' as const, users }));
    const trial = trialRecord({ app, loads, steps: changes });
    const plan = { ...trial.plan, workload: 'mixed' };
    return { ...trial, number: 2, plan };
  };
  const micro = appNames.map((app) => trialRecord({ app, loads: stairs }));

  it('keep its figures apart from those by rate', () => {
    const [express, django] = micro;
    if (!express || !django) throw new Error('two apps');
    const alone = findings([express, django]);
    const both = findings([express, ofShop('express'), django, ofShop('django', [{}, missed])]);
    expect(both.ranges).toEqual(alone.ranges);
    expect(both.sentences.slice(0, 3)).toEqual(alone.sentences);
    expect(both.sentences[3]).toMatch(
      /^Express held 99 % of mixed .* for 32 users .*the most tried/,
    );
    expect(both.sentences[4]).toMatch(/^Django held 99 % of mixed .* for 8 users .*, not for 32/);
  });

  it('say where the SLO was missed by fewer users than it held for', () => {
    const of = (changes: { sloMisses?: number }[]) =>
      findings([...micro, ofShop('express', changes, [4, 8, 16, 32])]).sentences.at(-1);
    expect(of([{}, missed, {}, missed])).toMatch(
      / for 4 users \(.*\), not for 8 but again for 16, and not for 32\.$/,
    );
    expect(of([{}, missed, missed, {}])).toMatch(
      / for 4 users \(.*\), not for 8 but again for 32, the most tried\.$/,
    );
    expect(of([missed, {}, missed, missed])).toMatch(
      /^Express did not hold .* for 4 users, but did for 8, and not for 16\.$/,
    );
    expect(of([missed, missed, missed, {}])).toMatch(
      /^Express did not hold .* for 4 users, but did for 32, the most tried\.$/,
    );
  });
});

it.each([
  [0.99965, '0.9997'],
  [1.00004, 'over 1'],
  [0.99996, 'under 1'],
  [1, '1.000'],
  [0.9876, '0.988'],
  [2.2, '2.20'],
  [412.3, '412'],
])('the factor %f is written as %s, and never as 1 where it is none', (ratio, text) => {
  expect(formatFactor(ratio)).toBe(text);
});

describe('findings of two apps in turns', () => {
  const [trial] = pairedFixture().trials;
  if (trial === undefined) throw new Error('a block');
  const sentenceOf = (changes: Partial<typeof trial>): string =>
    findings([{ ...trial, ...changes, purpose: 'measure' }]).sentences.join();

  it('tell ratios and their intervals apart', () => {
    const ratio = String.raw`\d\.\d\d times the`;
    const figures = String.raw`\([\d.]+ against [\d.]+ ms; 95 %: \d\.\d\d to \d\.\d\d times\)`;
    expect(sentenceOf({})).toMatch(
      new RegExp(
        `takes Django ${ratio} CPU ${figures} and ${ratio} median time ${figures} that it takes Express`,
      ),
    );
  });

  it('give figures that have the ratio beside them, whatever those over all turns are', () => {
    const [result] = findings([{ ...trial, purpose: 'measure' }]).trials;
    const step = result?.steps.find(({ turns }) => turns !== undefined);
    if (result === undefined || step?.turns === undefined) throw new Error('no turns');
    const four = (p50Ms: number) => ({ a: { p50Ms: 2, cpuMs: null }, b: { p50Ms, cpuMs: null } });
    // Most requests fall into the slow fours, and their median with them.
    const turns = {
      ...step.turns,
      b: { ...step.turns.b, p50Ms: 9 },
      fours: [4, 9, 5, 9, 5].map(four),
    };
    const [sentence] = describeTurns([{ ...result, steps: [{ ...step, turns }] }]);
    expect(sentence).toContain('3.02 times the median time (6.0 against 2.0 ms;');
  });

  it('see no difference where the interval holds 1', () => {
    // Each turn is up to a hundred times as slow or as quick: neither app is.
    const random = seededRandom(1);
    const noisy = trial.turns?.map((told) => {
      const factor = 10 ** (4 * random.uniform() - 2);
      return { ...told, ms: told.ms.map((ms) => ms * factor) };
    });
    const sentence = sentenceOf({ turns: noisy ?? [] });
    expect(sentence).toMatch(
      /no difference is seen in the median time \(Express [\d.]+, Django [\d.]+ ms\)/,
    );
    expect(sentence).not.toMatch(/times the median time/);
  });

  it('write a large ratio as a plain number', () => {
    const slow = trial.turns?.map((told) => ({ ...told, ms: told.ms.map((ms) => ms ** 4 + 1) }));
    expect(sentenceOf({ turns: slow ?? [] })).not.toMatch(/\de[+-]/);
  });

  it('say where there are too few turns for an interval', () => {
    const steps = trial.plan.steps.map((step) => ({ ...step, durationSeconds: 4 }));
    expect(sentenceOf({ plan: { ...trial.plan, steps } })).toMatch(
      /times the CPU \(.*too few turns for an interval\) and .* median time \(.*too few turns/,
    );
  });
});
