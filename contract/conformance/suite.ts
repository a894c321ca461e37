// All cases, in the order in which a failure explains the ones after it.
import { chai } from 'vitest';
import type { Group } from './case';
import { bodies } from './cases/bodies';
import { connections } from './cases/connections';
import { count } from './cases/count';
import { distress } from './cases/distress';
import { errors } from './cases/errors';
import { exhibits } from './cases/exhibits';
import { fortunes } from './cases/fortunes';
import { head } from './cases/head';
import { metrics } from './cases/metrics';
import { parser } from './cases/parser';
import { resources } from './cases/resources';
import { rows } from './cases/rows';
import { statements } from './cases/statements';

// A message alone says what was expected and what came, without the runner's coloured diff: whole
// lists of faults fit into it.
chai.config.truncateThreshold = 2000;

export const suite: Group[] = [
  { title: 'bodies', cases: bodies, againWithDebug: true },
  { title: 'count', cases: count },
  { title: 'rows', cases: rows },
  { title: 'fortunes', cases: fortunes },
  { title: 'exhibits', cases: exhibits, againWithDebug: true },
  { title: 'errors', cases: errors, againWithDebug: true },
  { title: 'HEAD', cases: head },
  { title: 'what a parser refuses', cases: parser, againWithDebug: true },
  { title: 'connections', cases: connections },
  { title: 'distress', cases: distress, againWithDebug: true },
  { title: 'metrics', cases: metrics },
  { title: 'resources', cases: resources },
  { title: 'statements', cases: statements },
];
