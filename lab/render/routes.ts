// Which route breaks the SLO: the requests of one step of each trial, by route.
import type { Quantiles } from '../../contract/plan';
import type { ReportedRun } from '../results/reported-run';
import { heldAndBroken, type TrialResult } from '../results/trial/result';
import type { StepResult } from '../results/trial/steps';
import { formatMs, formatPerSecond, formatSlo, plural } from './format';
import { countedSteps, describeTrial, measuringTrials } from './shown-trials';
import { type Block, type Cell, noFigure, table } from './view';

/** Empty where k6 told no routes apart. */
export const routeBlocks = (reported: ReportedRun): Block[] =>
  measuringTrials(reported).flatMap(routeTable);

/** The first step that broke the SLO, where the routes differ most; without one, the last that held. */
function stepOf(steps: readonly StepResult[]): StepResult | undefined {
  const counted = steps.filter(({ validity, routes }) => validity.state !== 'void' && routes);
  const { held, broken } = heldAndBroken(counted);
  return broken ?? held;
}

/** Requests of which at least one is slower. */
const fewest = { p50: 2, p95: 20, p99: 100 };

function routeTable(trial: TrialResult): Block[] {
  const step = stepOf(countedSteps(trial));
  if (step?.routes === undefined) return [];
  const load = step.users === null ? formatPerSecond(step.offeredRps) : plural(step.users, 'user');
  const { slo } = trial;
  const ms = (of: Quantiles, quantile: keyof typeof fewest): Cell => {
    if (of.count < fewest[quantile]) return noFigure;
    const text = formatMs(of[quantile]);
    return of[quantile] > 1000 * slo.thresholdSeconds ? { text, broken: true } : text;
  };
  return [
    table({
      caption: `${describeTrial(trial)}, at ${load}`,
      aside: `${formatSlo(slo)}, ${step.sloHeld ? 'held' : 'broken'} there; slower figures are marked`,
      half: true,
      columns: [
        { title: 'route', is: 'id', cell: ({ route }) => route },
        { title: 'requests', cell: ({ latencyMs }) => String(latencyMs.count) },
        { title: 'failed', cell: ({ failed }) => String(failed) },
        { title: 'p50 ms', cell: ({ latencyMs }) => ms(latencyMs, 'p50') },
        { title: 'p95 ms', cell: ({ latencyMs }) => ms(latencyMs, 'p95') },
        { title: 'p99 ms', cell: ({ latencyMs }) => ms(latencyMs, 'p99') },
      ],
      rows: step.routes.toSorted((a, b) => b.latencyMs.p99 - a.latencyMs.p99),
    }),
  ];
}
