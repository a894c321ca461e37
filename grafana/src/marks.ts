// What every dashboard marks on its time axis.
import { boundColour, palette, stateColours } from './colours';
import type { Query } from './model';
import { alertMarks } from './queries/generator';
import { phases, stepsByHand } from './queries/load';
import { nightlyChanges } from './queries/nightly';

export type Mark = {
  name: string;
  query: Query;
  /** Shown when a mark is pointed at; {{label}} as in legends. */
  text: string;
  colour: string;
  /** A region for as long as the value is above 0, or a line at the time that the value says. */
  as: 'region' | 'moment';
};

export const marks: readonly Mark[] = [
  {
    name: 'Phases of the run',
    query: phases,
    text: '{{app}}: {{scenario}} {{step}}',
    colour: boundColour,
    as: 'region',
  },
  {
    name: 'Steps of a run by hand',
    query: stepsByHand,
    text: '{{app}}: {{scenario}}',
    colour: palette[3],
    as: 'moment',
  },
  {
    name: 'Changes that a night found',
    query: nightlyChanges,
    text: '{{app}} {{workload}} {{metric}}: {{direction}}',
    colour: palette[2],
    as: 'moment',
  },
  {
    name: 'Alerts',
    query: alertMarks,
    text: '{{alertname}} {{app}}',
    colour: stateColours.bad,
    as: 'region',
  },
];
