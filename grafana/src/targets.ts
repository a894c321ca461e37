// Every query of a dashboard as Prometheus can be asked it.
import { type Condition, type Dashboard, panelsOf, queriesOf } from './model';
import { allValues, fillIn, type Values } from './variables';

export type Target = {
  panel: string;
  refId: string;
  expr: string;
  /** Only the latest value is asked for. */
  instant: boolean;
  /** Not to be counted as unanswered where this does not hold. */
  when?: Condition;
  /** By which the rows of a table are named; of what exists always. */
  labels?: readonly string[];
};

/** Grafana's letter for a panel's nth query. */
export function refIdOf(index: number): string {
  const letter = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[index];
  if (letter === undefined) throw new RangeError(`a panel has no ${index + 1} queries`);
  return letter;
}

/** The queries of all panels, with the dashboard's variables filled in. */
export function targetsOf(dashboard: Dashboard, values: Values = allValues): Target[] {
  return panelsOf(dashboard).flatMap((panel) =>
    queriesOf(panel).map(({ expr, when }, index) => ({
      panel: panel.title,
      refId: refIdOf(index),
      expr: fillIn(expr, values),
      instant: panel.kind === 'table',
      ...(when && { when }),
      ...(panel.kind === 'table' && !when && { labels: Object.keys(panel.rows) }),
    })),
  );
}
