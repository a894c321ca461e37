// How long from a start until the shop has taken its first order.

import { times, timesInterval } from '../../render/said';
import { appTitle } from '../../results/findings';
import type { Answer } from '../../results/reported-run';
import { compare, RUNS_FOR_A_VERDICT } from '../../statistics/comparison';
import { capital } from './claim-words';
import type { FirstOrder, FirstOrderDesign } from './design';
import type { Figure } from './evidence';
import { centre } from './turn-figures';

export type FirstOrderResult = Answer & {
  kind: 'first-order';
  orders: FirstOrder[];
  figures: Figure[];
};

/** What the seconds are, and are not. */
export const inIt =
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
      inIt,
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
