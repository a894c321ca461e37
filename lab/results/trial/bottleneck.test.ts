import { describe, expect, it } from 'vitest';
import { bottleneckOf, type Cores } from './bottleneck';
import { stepResults } from './steps';
import { trialRecord } from './trial.fixture';

const load = { model: 'open' as const, rateRps: 100, maxVUs: 50 };
const apart: Cores = { subject: 1, database: 1, shared: null };

function found(used: { subject: number; database: number }, cores: Cores = apart) {
  const steps = stepResults(trialRecord({ loads: [load], cores: used }));
  return bottleneckOf(steps, cores);
}

describe('what limits an app', () => {
  it.each([
    ['its own CPU', { subject: 0.9, database: 0.2 }, apart, 'app CPU'],
    ['its database’s CPU', { subject: 0.3, database: 0.95 }, apart, 'database CPU'],
    [
      'one core that both share',
      { subject: 0.6, database: 0.3 },
      { ...apart, shared: 1 },
      'app CPU',
    ],
    ['none of them', { subject: 0.5, database: 0.5 }, apart, 'waiting'],
  ] as const)('is %s', (_what, used, cores, factor) => {
    expect(found(used, cores).factor).toBe(factor);
  });

  it('is its connections where requests wait for one for a third of their time', () => {
    const steps = stepResults(
      trialRecord({ loads: [load], cores: { subject: 0.5, database: 0.2 } }),
    );
    const factor = (poolWaitMeanMs: number) => {
      const waiting = steps.map((step) => ({ ...step, serverMeanMs: 10, poolWaitMeanMs }));
      return bottleneckOf(waiting, apart).factor;
    };
    expect([factor(3.1), factor(2.9)]).toEqual(['connections', 'waiting']);
  });

  it('is unknown where it is not known which cores it has', () => {
    const nowhere = { subject: 0, database: 0, shared: null };
    expect(found({ subject: 0.1, database: 0.1 }, nowhere)).toEqual({
      factor: 'unknown',
      words: 'What limits it is unknown: its cores cannot be seen.',
    });
  });

  it('is unknown without a valid step, which says nothing of what can be seen', () => {
    expect(bottleneckOf([], apart)).toEqual({
      factor: 'unknown',
      words: 'What limits it is unknown: no step was valid.',
    });
  });

  it('may be its own CPU where it has no database that could be seen', () => {
    const steps = stepResults(trialRecord({ loads: [load], cores: { subject: 0.97 } }));
    const blind = steps.map((step) => ({ ...step, databaseCores: null }));
    expect(bottleneckOf(blind, apart)).toEqual({
      factor: 'app CPU',
      words: 'The app’s CPU limits it: the app used 0.97 cores.',
    });
    const idle = blind.map((step) => ({ ...step, subjectCores: 0.5 }));
    expect(bottleneckOf(idle, apart).factor).toBe('unknown');
  });
});
