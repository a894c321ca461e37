import { describe, expect, it } from 'vitest';
import { stepMarks } from '../../../grafana/src/marks';
import {
  achievedRate,
  evenPhases,
  oddPhases,
  stepsByHand,
  usersNow,
} from '../../../grafana/src/queries/load';
import type { History } from './history';
import { colourOf, nameOf } from './labels';
import type { Point } from './messages';
import { bandsOf, current, lastLoadS, momentsOf } from './phases';

const step = (name: string, points: Point[]) => ({
  labels: { app: 'express', scenario: 'scaling', step: name },
  points,
});
const history: History = {
  toS: 20,
  answers: {
    [evenPhases.name]: [
      step('step_02', [
        [12, 1],
        [14, 1],
      ]),
    ],
    [oddPhases.name]: [
      step('step_01', [
        [4, 1],
        [6, 1],
        [8, 1],
      ]),
    ],
    [stepsByHand.name]: [
      {
        labels: { app: 'django', scenario: 'smoke' },
        points: [
          [10, 9000],
          [12, 9000],
          [14, 13000],
        ],
      },
    ],
  },
};

describe('marks', () => {
  it('make a band of each phase, half a point wider than its points', () => {
    expect(bandsOf(history, stepMarks).map(({ text, fromS, toS }) => [text, fromS, toS])).toEqual([
      ['express: scaling step_01', 3, 9],
      ['express: scaling step_02', 11, 15],
    ]);
  });

  it('say who takes turns', () => {
    const turns = {
      labels: { app: 'express', scenario: 'shop', step: 'step_01', turns: 'in turns with django' },
    };
    const answers = { [oddPhases.name]: [{ ...turns, points: [[4, 1]] satisfies Point[] }] };
    expect(current({ toS: 4, answers }, 4)).toEqual(['express: shop step_01 in turns with django']);
  });

  it('say what is going on now, and nothing once it is over', () => {
    expect(current(history, 16)).toEqual(['express: scaling step_02']);
    expect(current(history, 30)).toEqual([]);
  });

  it('are not made for a dashboard that has none', () => {
    expect(bandsOf(history, [])).toEqual([]);
    expect(momentsOf(history, [])).toEqual([]);
  });

  it('make a line of each time that a value names', () => {
    expect(momentsOf(history, stepMarks).map(({ text, atS }) => [text, atS])).toEqual([
      ['django: smoke', 9],
      ['django: smoke', 13],
    ]);
  });
});

describe('a load that the lab does not conduct', () => {
  const of = (app: string, value: number) => ({
    labels: { app },
    points: [
      [18, value],
      [20, value],
    ] satisfies Point[],
  });
  const load: History = {
    toS: 20,
    answers: { [usersNow.name]: [of('express', 47)], [achievedRate.name]: [of('express', 50)] },
  };

  it('is told as k6 tells it, until it is over', () => {
    expect(current(load, 22)).toEqual(['k6 on express: 50 req/s, 47 users']);
    expect(current(load, 40)).toEqual([]);
    expect(lastLoadS(load)).toBe(20);
  });

  it('is load though no user is at work at the moment, as between quick requests', () => {
    const quick = {
      toS: 20,
      answers: { [usersNow.name]: [of('express', 0)], [achievedRate.name]: [of('express', 50)] },
    };
    expect(current(quick, 20)).toEqual(['k6 on express: 50 req/s, 0 users']);
    expect(lastLoadS(quick)).toBe(20);
  });

  it('is one user before the first answer, and none without users', () => {
    const first = { toS: 20, answers: { [usersNow.name]: [of('django', 1)] } };
    expect(current(first, 20)).toEqual(['k6 on django: 1 user']);
    const idle = { toS: 20, answers: { [usersNow.name]: [of('django', 0)] } };
    expect(current(idle, 20)).toEqual([]);
    expect(lastLoadS(idle)).toBeUndefined();
  });
});

describe('legends', () => {
  it('take the labels of a series into the name', () => {
    expect(nameOf('{{app}} p99 {{missing}}', { app: 'express' })).toBe('express p99');
  });

  it('give a series the colour of the first word in its name, a whole word', () => {
    expect(colourOf('express p99', undefined, 0)).toBe('#0072B2');
    expect(colourOf('idle in transaction', ['active', 'idle in transaction', 'idle'], 0)).toBe(
      '#CC79A7',
    );
    expect(colourOf('unexpressed', undefined, 1)).toBe('#CC79A7');
  });
});
