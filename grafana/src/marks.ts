// What dashboards mark on their time axes, each where it is the subject.
import { boundColour, palette, stateColours } from './colours';
import type { Mark, Query } from './model';
import { alertMarks } from './queries/generator';
import { evenPhases, oddPhases, stepsByHand } from './queries/load';
import { nightlyChanges } from './queries/nightly';

const phaseMark = (name: string, query: Query, colour: string): Mark => ({
  name,
  query,
  text: '{{app}}: {{scenario}} {{step}} {{turns}}',
  colour,
  as: 'region',
});

/** Two greys in turns, so that a step can be told from the next. */
export const phaseMarks: readonly Mark[] = [
  phaseMark('Odd steps', oddPhases, boundColour),
  phaseMark('Even steps', evenPhases, '#555555'),
];

const byHandMark: Mark = {
  name: 'Steps of a run by hand',
  query: stepsByHand,
  text: '{{app}}: {{scenario}}',
  colour: boundColour,
  as: 'moment',
};

export const stepMarks: readonly Mark[] = [...phaseMarks, byHandMark];

export const changeMark: Mark = {
  name: 'Changes that a night found',
  query: nightlyChanges,
  text: '{{app}} {{workload}} {{metric}}: {{direction}}',
  colour: palette[2],
  as: 'moment',
};

export const alertMark: Mark = {
  name: 'Alerts',
  query: alertMarks,
  text: '{{alertname}} {{app}}',
  colour: stateColours.bad,
  as: 'region',
};
