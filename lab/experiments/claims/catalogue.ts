// The claims that articles make about Express and Django, and what tests each of them. Everything
// that decides a verdict is here: the experiments, the figures, the bounds. `margin` says what a bound
// means; how figures and bounds become a verdict is judge.ts.
import type { MetricName } from '../../results/trial/measures';
import type { Rule, Test } from './judge';
import type { Experiment, Need } from './needs';

/** At a rate that both hold: what a user waits for, and what a request costs. */
const atRate = ['latency', 'cpu-per-request'] as const;

const two = (
  a: string,
  b: string,
  workload: string,
  metrics: readonly MetricName[] = atRate,
): Need[] => [{ kind: 'compare', subjects: [a, b], workload, metrics }];

/** Each floor first: a verdict made after it is known stands on it. */
const apps = (workload: string): Need[] => [
  { kind: 'noise', subjects: ['express'], workload, metrics: atRate },
  { kind: 'noise', subjects: ['django'], workload, metrics: atRate },
  ...two('express', 'django', workload),
];
const grown = (by: 'users' | 'workers'): Need[] => [
  { kind: 'scale', app: 'express', by, workload: 'micro' },
  { kind: 'scale', app: 'django', by, workload: 'micro' },
];

/** Each once, whoever asks for it. */
export const experiments = {
  'apps-json': { title: 'both apps on json', needs: apps('json') },
  'apps-db': { title: 'both apps on db', needs: apps('db') },
  'apps-fortunes': { title: 'both apps on fortunes', needs: apps('fortunes') },
  'apps-mixed': { title: 'both apps on mixed, the shop', needs: apps('mixed') },
  capacity: {
    title: 'both apps’ capacity on mixed, under its SLO',
    needs: two('express', 'django', 'mixed', ['capacity']),
  },
  users: { title: 'both apps as users are added', needs: grown('users') },
  workers: {
    title: 'both apps as workers are added, each with a core',
    needs: grown('workers'),
    leastSubjectCores: 2,
  },
  'data-django': {
    title: 'Django’s shop with a million products against one with a thousand',
    needs: two('django:products=1000', 'django:products=1000000', 'browse'),
  },
  'bare-json': {
    title: 'Django without its middleware against default, on json',
    needs: two('django:bare', 'django', 'json'),
  },
  'bare-db': {
    title: 'Django without its middleware against default, on db',
    needs: two('django:bare', 'django', 'db'),
  },
  'tuned-db': {
    title: 'both apps tuned, on db',
    needs: two('express:tuned', 'django:tuned', 'db'),
  },
  'tuned-mixed': {
    title: 'both apps tuned, on mixed',
    needs: two('express:tuned', 'django:tuned', 'mixed'),
  },
  effort: { title: 'what each app needed beyond its framework', needs: [{ kind: 'effort' }] },
  probes: { title: 'attacks on both apps', needs: [{ kind: 'probes' }] },
  'first-order': { title: 'start and first order of both apps', needs: [{ kind: 'first-order' }] },
} satisfies Record<string, Experiment>;
export type ExperimentId = keyof typeof experiments;

type Side = Test['side'];
const test = (experiment: ExperimentId, figure: string, side: Side, bound: number): Test => ({
  experiment,
  figure,
  side,
  bound,
});

const microRoutes = ['apps-json', 'apps-db', 'apps-fortunes'] as const;
const everyRoute = [...microRoutes, 'apps-mixed'] as const;
/** A figure of each measure of `atRate`, of each of several experiments. */
const speeds = (ids: readonly ExperimentId[], side: Side, bound: number): Test[] =>
  ids.flatMap((id) =>
    ['latency-mean', 'cpu-per-request'].map((figure) => test(id, figure, side, bound)),
  );

/** "Much": a rewrite for less than twice would be hard to justify, and two fits between machines. */
const MUCH = 2;
/** What two machines of one type may differ by: less is no reason to choose either. */
const WORTH_IT = 1.1;
/** The lab's margin of equivalence. */
const SAME = 1.05;
/** A figure that may not fall: a tenth of the throughput is what a burst takes. */
const KEPT = 0.9;
/** Nielsen, Usability Engineering (1993), 5: up to here an answer seems to come at once. */
const AT_ONCE_MS = 100;
/** A small project: 100,000 requests a day, its busiest hour with five times the mean. */
const SMALL_RPS = (5 * 100_000) / 86_400;
const TEN_TIMES_SMALL_RPS = Math.round(10 * SMALL_RPS);

export type Claim = Rule & {
  id: string;
  /** As articles say it. */
  claim: string;
  question: string;
  /** Absent where nothing can be measured. */
  metric?: string;
  /** What the words of degree in it are taken to mean. */
  margin?: string;
  /** Figures that are printed beside, and decide nothing. */
  beside?: readonly (readonly [ExperimentId, figure: string])[];
};

const secure = (app: 'express' | 'django'): readonly Test[] =>
  ['reflected XSS', 'stored XSS', 'SQL injection', 'CSRF', 'clickjacking'].map((kind) =>
    test('probes', `${app}: ${kind}`, 'below', 1),
  );
const attacks = 'attacks that got through, by kind: XSS, SQL injection, CSRF, clickjacking';
const none = 'secure: not one attack of any of these kinds gets through';

export const claims: readonly Claim[] = [
  {
    id: 'express-faster',
    claim: 'Express is much faster than Django.',
    question: 'Does Django take more than twice as long, and twice the CPU, for the same request?',
    metric: 'mean latency and CPU per request at one rate, Django over Express',
    margin: `much: more than ${MUCH} times, on every micro route and in the shop`,
    tests: speeds(everyRoute, 'above', MUCH),
  },
  {
    id: 'django-slow',
    claim: 'Django is a slow framework.',
    question: 'Do its slowest answers keep people waiting, at half of what it can carry?',
    metric: 'p99 latency of Django',
    margin: `slow: a p99 above ${AT_ONCE_MS} ms, up to which an answer seems to come at once`,
    tests: everyRoute.map((id) => test(id, 'latency-p99-django', 'above', AT_ONCE_MS)),
  },
  {
    id: 'django-extremely-fast',
    claim: 'Django is extremely fast.',
    question: 'Is it as fast as the faster of the two?',
    metric: 'mean latency and CPU per request at one rate, Django over Express',
    margin: `extremely fast: no more than ${SAME} times what Express takes`,
    tests: speeds(everyRoute, 'below', SAME),
  },
  {
    id: 'express-scales',
    claim: 'Express scales up easily.',
    question: 'Does it keep its throughput when users crowd in, and grow with workers on cores?',
    metric: 'throughput at the most users over the best at any number; and by worker',
    margin: `easily: ${100 * KEPT} % is kept; each added worker gives 70 % of the first`,
    tests: [
      test('users', 'kept-express', 'above', KEPT),
      test('workers', 'efficiency-express', 'above', 0.7),
    ],
  },
  {
    id: 'django-less-scalable',
    claim: 'Django is less scalable than Express.',
    question: 'Does it keep less of its throughput, or grow less with workers?',
    metric:
      'share of throughput kept under the most users, and growth by worker, Django over Express',
    margin: `less: below ${KEPT} of what Express keeps`,
    tests: [
      test('users', 'kept-ratio', 'below', KEPT),
      test('workers', 'efficiency-ratio', 'below', KEPT),
    ],
  },
  {
    id: 'django-heaviest',
    claim: 'Django scales to the heaviest loads.',
    question: 'Does it hold what it carries when far more is asked of it than it can do?',
    metric: 'throughput at the most users over the best at any number',
    margin: `holds: ${100 * KEPT} % is kept`,
    tests: [test('users', 'kept-django', 'above', KEPT)],
    provided:
      'machines: one app on one machine does not collapse under a crowd, which the heaviest loads ask for; how many machines together scale is not tested here',
  },
  {
    id: 'django-huge-data',
    claim: 'Django handles huge data sets.',
    question: 'What do a million products cost a visitor where a thousand did before?',
    metric: 'mean latency and CPU per request of browsing, a million products over a thousand',
    margin: `handles: a thousand times the data costs less than ${MUCH} times`,
    tests: speeds(['data-django'], 'below', MUCH),
  },
  {
    id: 'batteries-cost',
    claim: 'Django’s batteries cost speed.',
    question: 'What does a request cost with the optional middleware that has no use for it?',
    metric: 'mean latency and CPU per request, default over bare',
    margin: `cost: more than ${WORTH_IT} times`,
    tests: speeds(['bare-json', 'bare-db'], 'above', WORTH_IT),
  },
  {
    id: 'tuning-negates',
    claim: 'Tuned by experienced people, the gap between them is gone.',
    question: 'Of the gap between the defaults, is anything left when experts set both up?',
    metric: 'CPU per request, Django over Express, both tuned',
    margin: `gone: within ${WORTH_IT} times, where the defaults lie farther apart`,
    given: [
      test('apps-db', 'cpu-per-request', 'above', WORTH_IT),
      test('apps-mixed', 'cpu-per-request', 'above', WORTH_IT),
    ],
    tests: [
      test('tuned-db', 'cpu-per-request', 'below', WORTH_IT),
      test('tuned-mixed', 'cpu-per-request', 'below', WORTH_IT),
    ],
  },
  {
    id: 'express-lightweight',
    claim: 'Express is extremely lightweight.',
    question: 'How much smaller is what it takes to run the same app?',
    metric: 'size as installed, image, idle memory and time to start, Django over Express',
    margin: `extremely: Django takes more than ${MUCH} times as much`,
    tests: ['install', 'image', 'memory', 'start'].map((figure) =>
      test('effort', `${figure}-ratio`, 'above', MUCH),
    ),
  },
  {
    id: 'express-few-lines',
    claim: 'Express is less complex: a few lines of code.',
    question: 'Which needs fewer lines for the same micro routes, and for the same shop?',
    metric: 'lines of code of the micro routes and of the whole app, Express over Django',
    margin: 'less: below nine tenths',
    tests: [
      test('effort', 'micro-lines-ratio', 'below', KEPT),
      test('effort', 'lines-ratio', 'below', KEPT),
    ],
  },
  {
    id: 'django-secure',
    claim: 'Django is secure against XSS, SQL injection, clickjacking and CSRF.',
    question: 'Does any of the attacks that the conformance suite tries get through?',
    metric: attacks,
    margin: none,
    tests: secure('django'),
  },
  {
    id: 'express-secure',
    claim: 'Express with middleware is as secure against them.',
    question: 'Does any of the same attacks get through where the middleware came from libraries?',
    metric: attacks,
    margin: none,
    tests: secure('express'),
  },
  {
    id: 'django-cheaper',
    claim: 'Django is cheaper to run.',
    question: 'Does a request of the shop cost less CPU, and a machine carry more of them?',
    metric: 'CPU per request, and cost by capacity under the SLO, Django over Express',
    margin: 'cheaper: wholly below 1, beyond the noise floor',
    tests: [
      test('apps-mixed', 'cpu-per-request', 'below', 1),
      test('capacity', 'cost-ratio', 'below', 1),
    ],
  },
  {
    id: 'django-e-commerce',
    claim: 'Django is the better choice for e-commerce.',
    question: 'Which shop costs less: to run a thousand orders, and to write?',
    metric: 'cost of a thousand orders under the SLO, and lines of code, Django over Express',
    margin: `better: less than nine tenths of both`,
    tests: [
      test('capacity', 'cost-ratio', 'below', KEPT),
      test('effort', 'lines-ratio-django', 'below', KEPT),
    ],
    beside: [
      ['capacity', 'cost-express'],
      ['capacity', 'cost-django'],
    ],
  },
  {
    id: 'express-mvp',
    claim: 'Express gets an MVP out sooner.',
    question: 'Which needs less to be chosen and written, and takes its first order sooner?',
    metric: 'lines of code, direct dependencies, seconds from a start to the first order',
    margin: 'sooner: below nine tenths of Django’s in each; people’s time itself is not measured',
    tests: [
      test('effort', 'lines-ratio', 'below', KEPT),
      test('effort', 'dependencies-ratio', 'below', KEPT),
      test('first-order', 'ready-ratio', 'below', KEPT),
    ],
    beside: [
      ['first-order', 'ready-express'],
      ['first-order', 'ready-django'],
    ],
  },
  {
    id: 'express-learning-curve',
    claim: 'Express has a steep learning curve.',
    question: 'How long do people take to learn it?',
    tests: [],
    cannot: 'learning is done by people, and there are none in a load lab',
  },
  {
    id: 'small-projects',
    claim: 'Both suit small projects best.',
    question: 'Does one core of either carry no more of the shop than a small project asks for?',
    metric: 'requests a second of the shop that hold the SLO',
    margin: `small: ${Math.round(SMALL_RPS)} requests a second in the busiest hour; best: less than ten times that is all it carries`,
    tests: [
      test('capacity', 'capacity-express', 'below', TEN_TIMES_SMALL_RPS),
      test('capacity', 'capacity-django', 'below', TEN_TIMES_SMALL_RPS),
    ],
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
