// Claims as they lie on disk, with evidence worked out by hand: every verdict comes up.

import { findings } from '../../results/findings';
import type { RunRecord } from '../../results/schemas';
import { analyseExperiment, type ReportedRun } from '../index';
import { compareFixture } from '../turns.fixture';
import type { ClaimsDesign, Evidence, Figure } from './design';

const source = (run: string): Evidence['sources'][number] => ({
  run,
  startedAt: '2026-01-07T09:00:00.000Z',
  commit: '0123456789abcdef0123456789abcdef01234567',
  reused: true,
});

const figure = (key: string, title: string, value: number, rest: Partial<Figure> = {}): Figure => ({
  key,
  title,
  unit: 'times',
  value,
  interval: [0.96 * value, 1.04 * value],
  noiseFloor: 0.03,
  runs: 10,
  ...rest,
});

const counted = (key: string, title: string, value: number): Figure =>
  figure(key, title, value, { interval: [value, value], noiseFloor: null, runs: null });

const apart = (workload: string, latency: number, cpu: number, p99Ms: number): Evidence => ({
  experiment: `apps-${workload}`,
  sources: [source(`20260107T090000Z-compare-${workload.slice(0, 4)}`)],
  figures: [
    figure('latency-p99-django', `p99 latency of ${workload}, Django`, p99Ms, {
      unit: 'ms',
      noiseFloor: null,
    }),
    figure('latency-p50', `median latency of ${workload}, Django over Express`, latency),
    figure('cpu-per-request', `CPU per request of ${workload}, Django over Express`, cpu, {
      noiseFloor: null,
      inTurns: true,
    }),
  ],
  absent: [],
  warnings: [],
});

/** Of one search of each app. */
const bounds = (interval: Figure['interval'], unit: Figure['unit']): Partial<Figure> => ({
  interval,
  unit,
  noiseFloor: null,
  isBounds: true,
  runs: 1,
});

const attacks = ['reflected XSS', 'stored XSS', 'SQL injection', 'CSRF', 'clickjacking'];

const evidence: Evidence[] = [
  apart('json', 2.6, 5.2, 12),
  apart('db', 2.3, 3.4, 18),
  apart('mixed', 1.4, 1.7, 64),
  {
    experiment: 'capacity',
    sources: [source('20260107T100000Z-compare-capa')],
    figures: [
      figure(
        'capacity-express',
        'capacity of mixed, Express',
        400,
        bounds([400, 440], 'requests per second'),
      ),
      figure(
        'capacity-django',
        'capacity of mixed, Django',
        240,
        bounds([240, 260], 'requests per second'),
      ),
      figure(
        'cost-express',
        'cost of 1000 orders at 0.05 an hour, Express',
        0.0196,
        bounds([0.0178, 0.0196], 'money'),
      ),
      figure(
        'cost-django',
        'cost of 1000 orders at 0.05 an hour, Django',
        0.0335,
        bounds([0.0309, 0.0335], 'money'),
      ),
      figure(
        'cost-ratio',
        'cost of an order by capacity of mixed, Django over Express',
        1.67,
        bounds([1.54, 1.83], 'times'),
      ),
    ],
    absent: [],
    warnings: [],
  },
  {
    experiment: 'users',
    sources: [source('20260107T110000Z-scale-expr'), source('20260107T111000Z-scale-djan')],
    figures: [
      figure('kept-express', 'share of the best throughput kept, Express', 0.97, {
        unit: 'share',
        interval: [0.94, 1],
        noiseFloor: null,
        runs: 3,
      }),
      figure('kept-django', 'share of the best throughput kept, Django', 0.98, {
        unit: 'share',
        interval: [0.93, 1.02],
        noiseFloor: null,
        runs: 3,
      }),
      figure('kept-ratio', 'share of the best throughput kept, Django over Express', 1.01, {
        interval: [0.88, 1.15],
        noiseFloor: null,
        runs: 3,
      }),
    ],
    absent: [],
    warnings: [],
  },
  {
    experiment: 'effort',
    sources: [source('results/effort.json')],
    figures: [
      counted('install-ratio', 'size as installed, Django over Express', 2.4),
      counted('memory-ratio', 'idle memory, Django over Express', 2.1),
      figure('start-ratio', 'time to start, Django over Express', 2.6, { runs: 5 }),
      counted('lines-ratio', 'lines of the whole app, Express over Django', 1.2),
      counted('lines-ratio-django', 'lines of the whole app, Django over Express', 0.83),
      counted('micro-lines-ratio', 'lines of the micro routes, Express over Django', 1.1),
      counted('dependencies-ratio', 'direct dependencies, Express over Django', 2.8),
    ],
    absent: [{ figure: 'image-ratio', why: 'there is no container engine here' }],
    warnings: [],
  },
  {
    experiment: 'probes',
    sources: [source('20260107T120000Z-probes-4d5e')],
    figures: ['express', 'django'].flatMap((app) =>
      attacks.map((kind) => ({
        ...counted(`${app}: ${kind}`, `attacks by ${kind} that got through, of 6 tried`, 0),
        unit: 'probes' as const,
      })),
    ),
    absent: [],
    warnings: [],
  },
];

export const claimsDesign: ClaimsDesign = {
  kind: 'claims',
  asked: [],
  evidence,
  missing: [
    { experiment: 'workers', why: 'an app has one core here, and it takes 2', impossible: true },
    ...['data-django', 'bare-json', 'bare-db', 'tuned-db', 'tuned-mixed', 'first-order'].map(
      (experiment) => ({ experiment, why: 'nothing on disk answers it yet', impossible: false }),
    ),
  ],
};

export function claimsFixture(design: ClaimsDesign = claimsDesign): ReportedRun {
  const run: RunRecord = {
    ...compareFixture().run,
    id: '20260107T130000Z-claims-7a8b',
    kind: 'claims',
    arguments: ['claims'],
    design,
    trials: [],
  };
  const found = findings([]);
  const experiment = analyseExperiment(run, found.trials);
  if (experiment === undefined) throw new Error('the fixture is no experiment');
  const { sentences, warnings } = experiment;
  return { run, trials: [], found: { ...found, sentences, warnings, experiment } };
}
