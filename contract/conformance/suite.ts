// All cases, in the order in which a failure explains the ones after it.
import { chai } from 'vitest';
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
import { framing, shopFraming } from './cases/framing';
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
import { shopBuying, shopRaces } from './cases/shop-buying';
import { shopCatalogue } from './cases/shop-catalogue';
import { shopCsrf } from './cases/shop-csrf';
import { shopProbes } from './cases/shop-probes';
import { shopStatements } from './cases/shop-statements';
import { shopText } from './cases/shop-text';
import { slowClients } from './cases/slow-clients';
import { statements } from './cases/statements';
import { techempower } from './cases/techempower';
import { hasMiddleware, type Subject } from './subjects';

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
 */
export const suite: Group[] = [
  { title: 'bodies', cases: bodies, again: ['debug', 'tuned', 'bare', 'container'] },
  // Early, while the metrics page is short: each case reads it several times.
  { title: 'statements', cases: statements, again: ['tuned'] },
  { title: 'count', cases: count },
  { title: 'rows', cases: rows, again: ['tuned'] },
  { title: 'TechEmpower’s verifier', cases: techempower, again: ['tuned', 'bare', 'container'] },
  { title: 'fortunes', cases: fortunes, again: ['tuned', 'bare', 'container'] },
  { title: 'exhibits', cases: exhibits, again: ['debug', 'bare', 'container'] },
  { title: 'errors', cases: errors, again: ['debug', 'bare', 'container'] },
  { title: 'HEAD', cases: head, again: ['bare', 'container'] },
  { title: 'what a parser refuses', cases: parser, again: ['debug', 'bare', 'container'] },
  { title: 'framing', cases: framing, again: ['bare', 'container'] },
  { title: 'connections', cases: connections, again: ['tuned', 'bare', 'container'] },
  { title: 'slow clients', cases: slowClients, again: ['container'] },
  { title: 'distress', cases: distress, again: ['debug', 'tuned', 'bare', 'container'] },
  { title: 'database failures', cases: databaseFailures, again: ['tuned', 'bare', 'container'] },
  { title: 'metrics', cases: metrics, again: ['tuned', 'bare', 'container'] },
  { title: 'metrics page', cases: scraping, again: ['container'] },
  { title: 'resources', cases: resources, again: ['tuned', 'container'] },
  { title: 'shop: statements', cases: shopStatements, ofShop: true },
  { title: 'distress with sessions', cases: distressOfSessions, ofShop: true, again: ['debug'] },
  { title: 'shop: framing', cases: shopFraming, ofShop: true, again: ['container'] },
  { title: 'shop: memory', cases: memory, ofShop: true, again: ['container'] },
  { title: 'shop: catalogue', cases: shopCatalogue, ofShop: true, again: ['container'] },
  { title: 'shop: accounts', cases: shopAccounts, ofShop: true, again: ['container'] },
  { title: 'shop: buying', cases: shopBuying, ofShop: true, again: ['tuned', 'container'] },
  { title: 'shop: buying at once', cases: shopRaces, ofShop: true, again: ['tuned'] },
  { title: 'shop: staff', cases: shopAdmin, ofShop: true, again: ['container'] },
  // The suite starts the one with debug logging behind a proxy, as it were (TRUST_PROXY=1).
  { title: 'shop: CSRF', cases: shopCsrf, ofShop: true, again: ['debug', 'container'] },
  { title: 'shop: text and numbers', cases: shopText, ofShop: true, again: ['container'] },
  { title: 'shop: bodies', cases: shopBodies, ofShop: true, again: ['debug', 'container'] },
  { title: 'shop: probes', cases: shopProbes, ofShop: true, again: ['debug', 'container'] },
  // Last, because it makes the metrics page as long as it can get.
  { title: 'cardinality', cases: cardinality, inEachPart: true, again: ['bare', 'container'] },
];

/** What decides which groups and cases a subject is held to. */
type Configuration = Pick<Subject, 'app' | 'profile' | 'debug' | 'container' | 'again' | 'only'>;

/** Everything, or (`again`) what its configuration could change. */
export function groupsFor(subject: Configuration): Group[] {
  const variant = variantOf(subject);
  return suite
    .filter(({ ofShop }) => !ofShop || hasMiddleware(subject))
    .filter(
      ({ ofShop = false, inEachPart }) =>
        !subject.only || inEachPart || ofShop === (subject.only === 'shop'),
    )
    .filter(({ again = [] }) => !subject.again || variant === undefined || again.includes(variant))
    .map(({ cases, ...group }) => ({ ...group, cases: cases.filter(isFor(subject)) }));
}

const isFor =
  (subject: Configuration) =>
  ({ apps, ofMiddleware }: Case): boolean =>
    (apps === undefined || apps.includes(subject.app)) && (!ofMiddleware || hasMiddleware(subject));

function variantOf({ profile = 'default', debug, container }: Configuration): Variant | undefined {
  if (debug) return 'debug';
  if (profile !== 'default') return profile;
  return container ? 'container' : undefined;
}
