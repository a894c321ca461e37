import { describe, expect, it } from 'vitest';
import { k6RunArguments } from './generator';

describe('k6 in a container', () => {
  const args = k6RunArguments({
    plan: { scenario: 'smoke', run: '20260101T000000Z-run-aaaa', trial: 2 },
    planFile: '/home/me/results/run/trials/002/plan.json',
    user: '1000:1000',
    labels: { 'headroom.owner': '12:345' },
    project: 'mine',
  });
  const flagged = (flag: string) => args[args.indexOf(flag) + 1];

  it('finds the trial’s folder where the plan says that it is', () => {
    expect(flagged('--volume')).toBe(
      '/home/me/results/run/trials/002:/home/me/results/run/trials/002',
    );
    expect(flagged('--env')).toBe('HEADROOM_PLAN=/home/me/results/run/trials/002/plan.json');
  });

  it('writes as the user, and is known by name and label', () => {
    expect(flagged('--user')).toBe('1000:1000');
    expect(flagged('--name')).toBe('mine-k6-20260101T000000Z-run-aaaa-2');
    expect(flagged('--label')).toBe('headroom.owner=12:345');
  });

  it('of several is known by its number, and told of it', () => {
    const second = k6RunArguments({
      plan: { scenario: 'scaling', run: 'a', trial: 2 },
      planFile: '/results/plan.json',
      user: '1000:1000',
      labels: {},
      project: 'mine',
      share: { number: 2, barrierUrl: 'http://172.20.0.1:40000/begin' },
    });
    expect(second[second.indexOf('--name') + 1]).toBe('mine-k6-a-2-2');
    expect(second).toContain('HEADROOM_GENERATOR=2');
    expect(second).toContain('HEADROOM_BARRIER=http://172.20.0.1:40000/begin');
  });

  it('starts nothing else, and runs the plan’s scenario', () => {
    expect(args).toContain('--no-deps');
    expect(args.slice(args.indexOf('k6'))).toEqual([
      ...['k6', 'run', '--quiet', '--log-format', 'json', 'scenarios/smoke.ts'],
    ]);
  });
});
