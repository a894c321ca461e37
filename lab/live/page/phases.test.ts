import { describe, expect, it } from 'vitest';
import { phases, stepsByHand } from '../../../grafana/src/queries/load';
import type { History } from './history';
import { colourOf, nameOf } from './legends';
import type { Point } from './messages';
import { bandsOf, current, momentsOf } from './phases';

const step = (name: string, points: Point[]) => ({
  labels: { app: 'express', scenario: 'scaling', step: name },
  points,
});
const history: History = {
  toS: 20,
  answers: {
    [phases.name]: [
      step('step_02', [
        [12, 1],
        [14, 1],
      ]),
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
    expect(bandsOf(history).map(({ text, fromS, toS }) => [text, fromS, toS])).toEqual([
      ['express: scaling step_01', 3, 9],
      ['express: scaling step_02', 11, 15],
    ]);
  });

  it('say what is going on now, and nothing once it is over', () => {
    expect(current(bandsOf(history), 16)).toEqual(['express: scaling step_02']);
    expect(current(bandsOf(history), 30)).toEqual([]);
  });

  it('make a line of each time that a value names', () => {
    expect(momentsOf(history).map(({ text, atS }) => [text, atS])).toEqual([
      ['django: smoke', 9],
      ['django: smoke', 13],
    ]);
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
