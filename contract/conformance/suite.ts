// All cases, in the order in which a failure explains the ones after it.
import { chai } from 'vitest';
import type { Case, Group, Variant } from './case';
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
import { hasMiddleware, type Subject } from './subjects';

// A message alone says what was expected and what came, without the runner's coloured diff: whole
// lists of faults fit into it.
chai.config.truncateThreshold = 2000;

export const suite: Group[] = [
  { title: 'bodies', cases: bodies, again: ['debug'] },
  { title: 'count', cases: count },
  { title: 'rows', cases: rows },
  { title: 'fortunes', cases: fortunes },
  { title: 'exhibits', cases: exhibits, again: ['debug'] },
  { title: 'errors', cases: errors, again: ['debug'] },
  { title: 'HEAD', cases: head },
  { title: 'what a parser refuses', cases: parser, again: ['debug'] },
  { title: 'connections', cases: connections },
  { title: 'distress', cases: distress, again: ['debug'] },
  { title: 'metrics', cases: metrics },
  { title: 'resources', cases: resources },
  { title: 'statements', cases: statements },
];

/** What a subject is held to: everything, or what its configuration could change. */
export function groupsFor(subject: Subject): Group[] {
  const variant = variantOf(subject);
  return suite
    .filter(({ again }) => variant === undefined || again?.includes(variant))
    .map(({ cases, ...group }) => ({ ...group, cases: cases.filter(isFor(subject)) }));
}

const isFor =
  (subject: Subject) =>
  ({ apps, ofMiddleware }: Case): boolean =>
    (apps === undefined || apps.includes(subject.app)) &&
    (!ofMiddleware || hasMiddleware(subject));

function variantOf({ profile = 'default', debug }: Subject): Variant | undefined {
  if (debug) return 'debug';
  return profile === 'default' ? undefined : profile;
}
