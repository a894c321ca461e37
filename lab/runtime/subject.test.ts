import { describe, expect, it } from 'vitest';
import { requirePlain, subjectOf } from './subject';

describe('a subject', () => {
  it.each([
    ['as the profile has it', {}, 3, 4],
    ['more workers share the same connections', { workers: 6 }, 6, 2],
    ['so do more replicas', { replicas: 2 }, 3, 2],
    ['none is left without any', { workers: 64 }, 64, 1],
  ])('%s', (_reason, variation, workers, pool) => {
    expect(subjectOf('django', 'default', 1, variation)).toMatchObject({ workers, pool });
  });

  it('has one replica and no limit of its own unless asked', () => {
    const subject = subjectOf('express', 'default', 1);
    expect(subject.replicas).toBe(1);
    expect(subject).not.toHaveProperty('cpus');
  });

  it.each([0, 10, 1.5])('of %s replicas is refused', (replicas) => {
    expect(() => subjectOf('express', 'default', 1, { replicas })).toThrow(/from 1 to 9/);
  });

  it.each([
    [{ replicas: 3 }, /native cannot give an app 3 replicas: use --runtime compose/],
    [{ cpus: 0.5 }, /native cannot give an app a CPU limit of 0.5/],
  ])('with what only containers have is refused elsewhere', (variation, message) => {
    expect(() => requirePlain(variation, 'native')).toThrow(message);
    expect(() => requirePlain({ replicas: 1 }, 'native')).not.toThrow();
  });
});
