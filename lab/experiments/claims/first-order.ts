// How long it takes from a start until the shop has taken its first order.

import type { Section } from '../../render/page/shell';
import { table } from '../../render/page/table';
import { times, timesInterval } from '../../render/said';
import { renderTable } from '../../render/table';
import { appTitle } from '../../results/findings';
import type { Answer } from '../../results/reported-run';
import { compare, RUNS_FOR_A_VERDICT } from '../../statistics/comparison';
import type { Figure, FirstOrder, FirstOrderDesign } from './design';
import { centre } from './figures';
import { capital } from './wording';

export type FirstOrderResult = Answer & {
  kind: 'first-order';
  orders: FirstOrder[];
  figures: Figure[];
};

/** What the seconds are, and are not. */
export const whatIsCounted =
  'In it: a clone of the database, the start of the app until it is ready, and the requests of ' +
  'a newcomer who registers, chooses, checks out and looks at the order. Not in it: writing the ' +
  'app, installing what it needs, and building it.';

export function analyseFirstOrder({ runs, orders }: FirstOrderDesign): FirstOrderResult {
  const figures = figuresOf(orders);
  const ratio = figures.find(({ key }) => key === 'ready-ratio');
  return {
    kind: 'first-order',
    orders,
    figures,
    sentences: [
      ...figures
        .filter(({ key }) => key !== 'ready-ratio')
        .map(
          ({ title, value, runs: count }) =>
            `${capital(title)}: ${value.toFixed(2)} s, mean of ${count} starts.`,
        ),
      ...(ratio
        ? [
            `${capital(ratio.title)}: ${times(ratio.value)} (95 %: ${timesInterval(ratio.interval)}).`,
          ]
        : []),
    ],
    warnings: [
      whatIsCounted,
      ...(runs < RUNS_FOR_A_VERDICT ? [`Indicative: ${runs} starts of each app.`] : []),
    ],
  };
}

function figuresOf(orders: readonly FirstOrder[]): Figure[] {
  const runsOf = (app: string) =>
    orders
      .filter((one) => one.app === app)
      .map(({ startSeconds, orderSeconds, block }) => ({
        value: startSeconds + orderSeconds,
        block: String(block),
      }));
  const [express, django] = [runsOf('express'), runsOf('django')];
  const own = [
    ['express', express],
    ['django', django],
  ] as const;
  const shared = { unit: 'seconds' as const, noiseFloor: null };
  const figures = own
    .filter(([, runs]) => runs.length > 0)
    .map(
      ([app, runs]): Figure => ({
        ...shared,
        key: `ready-${app}`,
        title: `from start to first order, ${appTitle(app)}`,
        ...centre(runs.map(({ value }) => value)),
        runs: runs.length,
      }),
    );
  if (express.length === 0 || django.length === 0) return figures;
  const { ratio, interval, n } = compare(django, express, { better: 'lower' });
  return [
    ...figures,
    {
      key: 'ready-ratio',
      title: 'from start to first order, Express over Django',
      unit: 'times',
      value: ratio,
      interval,
      noiseFloor: null,
      runs: Math.min(n.a, n.b),
    },
  ];
}

const rowsOf = ({ orders }: FirstOrderResult): string[][] =>
  orders.map(({ app, block, startSeconds, orderSeconds }) => [
    String(block + 1),
    appTitle(app),
    startSeconds.toFixed(2),
    orderSeconds.toFixed(2),
    (startSeconds + orderSeconds).toFixed(2),
  ]);

const columns = ['block', 'app', 'start s', 'first order s', 'together s'];

export const renderFirstOrder = (result: FirstOrderResult): string =>
  renderTable(columns, rowsOf(result));

export const firstOrderSections = (result: FirstOrderResult): Section[] => [
  {
    id: 'starts',
    title: 'Starts',
    body: table({
      caption: 'Every start, in the order of measuring',
      header: columns.map((title) => title.charAt(0).toUpperCase() + title.slice(1)),
      rows: rowsOf(result).map(([head = '', ...cells]) => ({ head, cells })),
      words: [1],
    }),
  },
];
