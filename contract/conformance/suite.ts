// All cases, in the order in which a failure explains the ones after it.
import { chai } from 'vitest';
import type { Part } from '../app';
import { appNamed, serves } from '../apps';
import type { Case, Group, Variant } from './case';
import { bodies } from './cases/bodies';
import { cardinality } from './cases/cardinality';
import { connections } from './cases/connections';
import { count } from './cases/count';
import { databaseFailures } from './cases/database-failures';
import { distress, distressOfSessions } from './cases/distress';
import { errors } from './cases/errors';
import { exhibits } from './cases/exhibits';
import { fortunes } from './cases/fortunes';
import { framing } from './cases/framing';
import { head } from './cases/head';
import { memory } from './cases/memory';
import { metrics } from './cases/metrics';
import { parser } from './cases/parser';
import { resources } from './cases/resources';
import { rows } from './cases/rows';
import { scraping } from './cases/scraping';
import { shopAccounts } from './cases/shop-accounts';
import { shopAdmin } from './cases/shop-admin';
import { shopBodies } from './cases/shop-bodies';
import { shopBuying } from './cases/shop-buying';
import { shopCatalogue } from './cases/shop-catalogue';
import { shopCsrf } from './cases/shop-csrf';
import { shopFraming } from './cases/shop-framing';
import { shopProbes } from './cases/shop-probes';
import { shopRaces } from './cases/shop-races';
import { shopStatements } from './cases/shop-statements';
import { shopText } from './cases/shop-text';
import { slowClients } from './cases/slow-clients';
import { statements } from './cases/statements';
import { techempower } from './cases/techempower';
import { hasMiddleware, hasShop, type Subject } from './subjects';

// A message alone says what was expected and what came, without the runner's coloured diff: whole
// lists of faults fit into it.
chai.config.truncateThreshold = 2000;

/**
 * `again` names what could change the outcome. Debug logging touches what is logged: answers, and
 * refusals above all. `tuned` prepares statements and spreads connections, so whatever asks the
 * database, holds a connection or is measured; how a query string or a path is read it cannot touch.
 * `bare` takes away what stands around every answer, right or wrong, and nothing behind the views.
 * A container changes the versions of Node and Python, the files that are there, the network, the user
 * and the cgroup: parsers, pages, connections, memory and metrics. It does not change which rows are
 * drawn, which statements the source sends, or how transactions wait for each
 * other.
 *
 * An app that serves micro alone is asked what micro answers. How a server behaves at its limits is asked
 * with the exhibits, which keep it waiting or at work.
 */
export const suite: Group[] = [
  { title: 'bodies', cases: bodies, part: 'micro', again: ['debug', 'tuned', 'bare', 'container'] },
  // Early, while the metrics page is short: each case reads it several times.
  { title: 'statements', cases: statements, part: 'micro', again: ['tuned'] },
  { title: 'count', cases: count, part: 'micro' },
  { title: 'rows', cases: rows, part: 'micro', again: ['tuned'] },
  {
    title: 'TechEmpower’s verifier',
    cases: techempower,
    part: 'micro',
    again: ['tuned', 'bare', 'container'],
  },
  { title: 'fortunes', cases: fortunes, part: 'micro', again: ['tuned', 'bare', 'container'] },
  { title: 'exhibits', cases: exhibits, part: 'exhibits', again: ['debug', 'bare', 'container'] },
  { title: 'errors', cases: errors, part: 'exhibits', again: ['debug', 'bare', 'container'] },
  { title: 'HEAD', cases: head, part: 'micro', again: ['bare', 'container'] },
  {
    title: 'what a parser refuses',
    cases: parser,
    part: 'exhibits',
    again: ['debug', 'bare', 'container'],
  },
  { title: 'framing', cases: framing, part: 'exhibits', again: ['bare', 'container'] },
  {
    title: 'connections',
    cases: connections,
    part: 'exhibits',
    again: ['tuned', 'bare', 'container'],
  },
  { title: 'slow clients', cases: slowClients, part: 'exhibits', again: ['container'] },
  {
    title: 'distress',
    cases: distress,
    part: 'exhibits',
    again: ['debug', 'tuned', 'bare', 'container'],
  },
  {
    title: 'database failures',
    cases: databaseFailures,
    part: 'exhibits',
    again: ['tuned', 'bare', 'container'],
  },
  { title: 'metrics', cases: metrics, part: 'exhibits', again: ['tuned', 'bare', 'container'] },
  { title: 'metrics page', cases: scraping, part: 'exhibits', again: ['container'] },
  { title: 'resources', cases: resources, part: 'exhibits', again: ['tuned', 'container'] },
  { title: 'shop: statements', cases: shopStatements, part: 'shop' },
  { title: 'distress with sessions', cases: distressOfSessions, part: 'shop', again: ['debug'] },
  { title: 'shop: framing', cases: shopFraming, part: 'shop', again: ['container'] },
  { title: 'shop: memory', cases: memory, part: 'shop', again: ['container'] },
  { title: 'shop: catalogue', cases: shopCatalogue, part: 'shop', again: ['container'] },
  { title: 'shop: accounts', cases: shopAccounts, part: 'shop', again: ['container'] },
  { title: 'shop: buying', cases: shopBuying, part: 'shop', again: ['tuned', 'container'] },
  { title: 'shop: buying at once', cases: shopRaces, part: 'shop', again: ['tuned'] },
  { title: 'shop: staff', cases: shopAdmin, part: 'shop', again: ['container'] },
  // The suite starts the one with debug logging behind a proxy, as it were (TRUST_PROXY=1).
  { title: 'shop: CSRF', cases: shopCsrf, part: 'shop', again: ['debug', 'container'] },
  { title: 'shop: text and numbers', cases: shopText, part: 'shop', again: ['container'] },
  { title: 'shop: bodies', cases: shopBodies, part: 'shop', again: ['debug', 'container'] },
  { title: 'shop: probes', cases: shopProbes, part: 'shop', again: ['debug', 'container'] },
  // Last, because it makes the metrics page as long as it can get.
  {
    title: 'cardinality',
    cases: cardinality,
    part: 'exhibits',
    inEachPart: true,
    again: ['bare', 'container'],
  },
];

/** What decides which groups and cases a subject is held to. */
type Configuration = Pick<Subject, 'app' | 'profile' | 'debug' | 'container' | 'again' | 'only'>;

/** Everything, or (`again`) what its configuration could change. */
export function groupsFor(subject: Configuration): Group[] {
  const variant = variantOf(subject);
  return suite
    .filter(({ part }) => isServed(subject, part))
    .filter(
      ({ part, inEachPart }) =>
        !subject.only || inEachPart || (part === 'shop') === (subject.only === 'shop'),
    )
    .filter(({ again = [] }) => !subject.again || variant === undefined || again.includes(variant))
    .map(({ cases, ...group }) => ({ ...group, cases: cases.filter(isFor(subject)) }));
}

/** `bare` has no shop, whatever the app serves otherwise. */
const isServed = (subject: Configuration, part: Part): boolean =>
  part === 'shop' ? hasShop(subject) : serves(subject.app, part);

const isFor =
  (subject: Configuration) =>
  ({ part, isFor, ofMiddleware }: Case): boolean =>
    (part === undefined || isServed(subject, part)) &&
    (isFor?.(appNamed(subject.app)) ?? true) &&
    (!ofMiddleware || hasMiddleware(subject));

function variantOf({ profile = 'default', debug, container }: Configuration): Variant | undefined {
  if (debug) return 'debug';
  if (profile !== 'default') return profile;
  return container ? 'container' : undefined;
}
