// The claims that articles make about Express and Django, and what tests each of them. Everything
// that decides a verdict is here: the experiments, the figures, the bounds. `margin` says what a bound
// means; how figures and bounds become a verdict is judge.ts.
import type { ClaimedApp } from './design';
import type { Rule, Test } from './judge';
import type { Experiment, Need } from './needs';

const two = (a: string, b: string, workload: string): Need[] => [
  { kind: 'compare', subjects: [a, b], workload },
];
const grown = (by: 'users' | 'workers'): Need[] => [
  { kind: 'scale', app: 'express', by, workload: 'micro' },
  { kind: 'scale', app: 'django', by, workload: 'micro' },
];

/**
 * Each once, whichever claims ask for it, in this order: what answers most claims in the least time comes
 * first, so that what is cut off leaves few of them open.
 */
export const experiments = {
  effort: { title: 'what each app needed beyond its framework', needs: [{ kind: 'effort' }] },
  probes: { title: 'attacks on both apps', needs: [{ kind: 'probes' }] },
  'first-order': { title: 'start and first order of both apps', needs: [{ kind: 'first-order' }] },
  capacity: {
    title: 'both apps’ capacity on mixed, under its SLO',
    needs: [{ kind: 'capacity', workload: 'mixed' }],
  },
  'apps-mixed': { title: 'both apps on mixed, the shop', needs: two('express', 'django', 'mixed') },
  'apps-json': { title: 'both apps on json', needs: two('express', 'django', 'json') },
  'apps-db': { title: 'both apps on db', needs: two('express', 'django', 'db') },
  users: { title: 'both apps as users are added', needs: grown('users') },
  workers: {
    title: 'both apps as workers are added, each with a core',
    needs: grown('workers'),
    leastSubjectCores: 2,
  },
  'tuned-mixed': {
    title: 'both apps tuned, on mixed',
    needs: two('express:tuned', 'django:tuned', 'mixed'),
  },
  'tuned-db': {
    title: 'both apps tuned, on db',
    needs: two('express:tuned', 'django:tuned', 'db'),
  },
  'bare-json': {
    title: 'Django without its middleware against default, on json',
    needs: two('django:bare', 'django', 'json'),
  },
  'bare-db': {
    title: 'Django without its middleware against default, on db',
    needs: two('django:bare', 'django', 'db'),
  },
  'data-django': {
    title: 'Django’s shop with a million products against one with a thousand',
    needs: two('django:products=1000', 'django:products=1000000', 'browse'),
  },
} satisfies Record<string, Experiment>;
type ExperimentId = keyof typeof experiments;

/** An experiment that an earlier catalogue had has its id. */
export const titleOf = (id: string): string =>
  (experiments as Record<string, Experiment>)[id]?.title ?? id;

/** A figure of one of the experiments. */
type FigureName = `${ExperimentId}/${string}`;
export function parseFigureName(name: FigureName): { experiment: string; figure: string } {
  const [experiment = '', figure = ''] = name.split('/');
  return { experiment, figure };
}

const above = (bound: number, names: readonly FigureName[]): Test[] =>
  names.map((name) => ({ ...parseFigureName(name), side: 'above', bound }));
const below = (bound: number, names: readonly FigureName[]): Test[] =>
  names.map((name) => ({ ...parseFigureName(name), side: 'below', bound }));

/** What decides in turns: means and tails hang on rare stalls of the machine. */
const speedsOf = (ids: readonly ExperimentId[]): FigureName[] =>
  ids.flatMap((id) => [`${id}/latency-p50` as const, `${id}/cpu-per-request` as const]);
/** Without a database, with one row of one, and the shop. */
const everywhere = ['apps-json', 'apps-db', 'apps-mixed'] as const;

/** "Much": a rewrite for less than twice would be hard to justify, and two fits between machines. */
const MUCH = 2;
/** What two machines of one type may differ by: less is no reason to choose either. */
const WORTH_IT = 1.1;
/** The lab's margin of equivalence. */
const SAME = 1.05;
/** A figure that may not fall: a tenth of the throughput is what a burst takes. */
const KEPT = 0.9;
/** Nielsen, Usability Engineering (1993), 5: up to here a response seems immediate. */
const AT_ONCE_MS = 100;
/** A small project: 100,000 requests per day, with five times the mean in its busiest hour. */
const SMALL_RPS = (5 * 100_000) / 86_400;

export type Claim = Rule & {
  id: string;
  /** As articles say it. */
  claim: string;
  question: string;
  /** Absent where nothing can be measured. */
  metric?: string;
  /** What its words of degree are taken to mean. */
  margin?: string;
  /** Figures that are printed with it, and decide nothing. */
  beside?: readonly FigureName[];
};

const secure = (app: ClaimedApp) => ({
  metric: 'attacks that got through, by kind: XSS, SQL injection, CSRF, clickjacking',
  margin: 'secure: not one attack of any of these kinds gets through',
  tests: below(
    1,
    ['reflected XSS', 'stored XSS', 'SQL injection', 'CSRF', 'clickjacking'].map(
      (kind) => `probes/${app}: ${kind}` as const,
    ),
  ),
});

export const claims: readonly Claim[] = [
  {
    id: 'express-faster',
    claim: 'Express is much faster than Django.',
    question: 'Does Django take more than twice as long, and twice the CPU, for the same request?',
    metric: 'median latency and CPU per request at the same rate, Django over Express',
    margin: `much: more than ${MUCH} times, on json, on db and in the shop`,
    tests: above(MUCH, speedsOf(everywhere)),
  },
  {
    id: 'django-slow',
    claim: 'Django is a slow framework.',
    question: 'Do its slowest responses keep people waiting, well below what it can carry?',
    metric: 'p99 latency of Django',
    margin: `slow: a p99 above ${AT_ONCE_MS} ms; up to there a response seems immediate`,
    tests: above(
      AT_ONCE_MS,
      everywhere.map((id) => `${id}/latency-p99-django` as const),
    ),
  },
  {
    id: 'django-extremely-fast',
    claim: 'Django is extremely fast.',
    question: 'Is it as fast as the faster of the two?',
    metric: 'median latency and CPU per request at the same rate, Django over Express',
    margin: `extremely fast: no more than ${SAME} times what Express takes`,
    tests: below(SAME, speedsOf(everywhere)),
  },
  {
    id: 'express-scales',
    claim: 'Express scales up easily.',
    question: 'Does it keep its throughput under many users, and gain with each worker and core?',
    metric: 'throughput at the most users as a share of the best, and throughput per worker',
    margin: `easily: it keeps ${100 * KEPT} %, and each added worker gives 70 % of the first`,
    tests: [...above(KEPT, ['users/kept-express']), ...above(0.7, ['workers/efficiency-express'])],
  },
  {
    id: 'django-less-scalable',
    claim: 'Django is less scalable than Express.',
    question: 'Does it keep less of its throughput under many users, or gain less per worker?',
    metric: 'share of throughput kept at the most users, and gain per worker, Django over Express',
    margin: `less: below ${KEPT} times what Express keeps`,
    tests: below(KEPT, ['users/kept-ratio', 'workers/efficiency-ratio']),
  },
  {
    id: 'django-heaviest',
    claim: 'Django scales to the heaviest loads.',
    question: 'Does it keep its throughput when it is offered far more than it can carry?',
    metric: 'throughput at the most users as a share of the best',
    margin: `scales: it keeps ${100 * KEPT} %`,
    tests: above(KEPT, ['users/kept-django']),
    provided:
      'machines: one app on one machine does not collapse under a crowd, which the heaviest loads require; how far many machines scale is not tested here',
  },
  {
    id: 'django-huge-data',
    claim: 'Django handles huge data sets.',
    question: 'What does a visit cost with a million products, compared with a thousand?',
    metric: 'median latency and CPU per request of browsing, a million products over a thousand',
    margin: `handles: a thousand times the data costs less than ${MUCH} times as much`,
    tests: below(MUCH, speedsOf(['data-django'])),
  },
  {
    id: 'batteries-cost',
    claim: 'Django’s batteries cost speed.',
    question: 'What does optional middleware cost a request that does not need it?',
    metric: 'median latency and CPU per request, default over bare',
    margin: `cost: more than ${WORTH_IT} times`,
    tests: above(WORTH_IT, speedsOf(['bare-json', 'bare-db'])),
  },
  {
    id: 'tuning-negates',
    claim: 'Tuned by experienced people, the gap between them is gone.',
    question: 'Is anything left of the gap between the defaults when experts tune both?',
    metric: 'CPU per request, Django over Express, both tuned',
    margin: `gone: within ${WORTH_IT} times, where the defaults are farther apart`,
    given: [
      ...above(WORTH_IT, ['apps-db/cpu-per-request', 'apps-mixed/cpu-per-request']),
      // One that is turned round is not gone. As tests, these would hold where the gap is as wide as ever.
      ...above(1 / WORTH_IT, ['tuned-db/cpu-per-request', 'tuned-mixed/cpu-per-request']),
    ],
    tests: below(WORTH_IT, ['tuned-db/cpu-per-request', 'tuned-mixed/cpu-per-request']),
  },
  {
    id: 'express-lightweight',
    claim: 'Express is extremely lightweight.',
    question: 'How much less does it take to run the same app?',
    metric: 'installed size, image, idle memory and time to start, Django over Express',
    margin: `extremely: Django takes more than ${MUCH} times as much`,
    tests: above(MUCH, [
      'effort/install-ratio',
      'effort/image-ratio',
      'effort/memory-ratio',
      'effort/start-ratio',
    ]),
  },
  {
    id: 'express-few-lines',
    claim: 'Express is less complex: a few lines of code.',
    question: 'Which needs fewer lines for the same micro routes, and for the same shop?',
    metric: 'lines of code of the micro routes and of the whole app, Express over Django',
    margin: `less: below ${KEPT} times`,
    tests: below(KEPT, ['effort/micro-lines-ratio', 'effort/lines-ratio']),
  },
  {
    id: 'django-secure',
    claim: 'Django is secure against XSS, SQL injection, clickjacking and CSRF.',
    question: 'Does any of the attacks that the conformance suite tries get through?',
    ...secure('django'),
  },
  {
    id: 'express-secure',
    claim: 'Express with middleware is as secure against them.',
    question: 'Does any of the same attacks get through where the middleware comes from libraries?',
    ...secure('express'),
  },
  {
    id: 'django-cheaper',
    claim: 'Django is cheaper to run.',
    question: 'Does a request of the shop take less CPU, and does a machine carry more of them?',
    metric: 'CPU per request, and cost by capacity under the SLO, Django over Express',
    margin: 'cheaper: below 1, and by more than the bounds leave open',
    tests: below(1, ['apps-mixed/cpu-per-request', 'capacity/cost-ratio']),
  },
  {
    id: 'django-e-commerce',
    claim: 'Django is the better choice for e-commerce.',
    question: 'Which shop costs less, both to run and to write?',
    metric: 'cost of a thousand orders under the SLO, and lines of code, Django over Express',
    margin: `better: below ${KEPT} times in both`,
    tests: below(KEPT, ['capacity/cost-ratio', 'effort/lines-ratio-django']),
    beside: ['capacity/cost-express', 'capacity/cost-django'],
  },
  {
    id: 'express-mvp',
    claim: 'Express gets an MVP out sooner.',
    question: 'Which needs less code and fewer packages, and takes its first order sooner?',
    metric: 'lines of code, direct dependencies, seconds from a start to the first order',
    margin: `sooner: below ${KEPT} times Django’s in each; people’s time itself is not measured`,
    tests: below(KEPT, [
      'effort/lines-ratio',
      'effort/dependencies-ratio',
      'first-order/ready-ratio',
    ]),
    beside: ['first-order/ready-express', 'first-order/ready-django'],
  },
  {
    id: 'express-learning-curve',
    claim: 'Express has a steep learning curve.',
    question: 'How long do people take to learn it?',
    tests: [],
    cannot: 'learning is done by people, and a load lab has none',
  },
  {
    id: 'small-projects',
    claim: 'Both suit small projects best.',
    question: 'Can one core of either carry no more of the shop than a small project needs?',
    metric: 'requests per second of the shop that meet the SLO',
    margin: `small: ${SMALL_RPS.toFixed(1)} requests per second in the busiest hour; best: less than ten times that is all it carries`,
    tests: below(Math.round(10 * SMALL_RPS), [
      'capacity/capacity-express',
      'capacity/capacity-django',
    ]),
  },
];

/** In the order of the catalogue; all, where none is named. */
export const claimsNamed = (ids: readonly string[]): Claim[] =>
  claims.filter(({ id }) => ids.length === 0 || ids.includes(id));

/** Experiments that the claims ask for, each once, in the catalogue's order. */
export function experimentsFor(asked: readonly Claim[]): [id: string, Experiment][] {
  const tests = asked.flatMap((claim) => [...(claim.given ?? []), ...claim.tests]);
  const wanted = new Set(tests.map(({ experiment }) => experiment));
  return Object.entries(experiments).filter(([id]) => wanted.has(id));
}
