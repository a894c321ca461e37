// Marks on the time axis: phases of a run, alerts, steps of a run by hand; and what the load is now.
import { phaseMarks } from '../../../grafana/src/marks';
import type { Mark } from '../../../grafana/src/model';
import { achievedRate, usersNow } from '../../../grafana/src/queries/load';
import { bridgedSeconds, type History, latest, type Span } from './history';
import { nameOf } from './legends';
import { formatValue } from './units';

/** Half the grid: a phase that is seen at one point only has some width, too. */
const halfGridSeconds = 1;

export type Band = Span & { mark: Mark; text: string; labels: Record<string, string> };
export type Moment = { mark: Mark; text: string; atS: number };

export function bandsOf(history: History, marks: readonly Mark[]): Band[] {
  return marks
    .filter(({ as }) => as === 'region')
    .flatMap((mark) =>
      (history.answers[mark.query.name] ?? []).flatMap(({ labels, points }) =>
        stretches(points.filter(([, value]) => value > 0).map(([atS]) => atS)).map((span) => ({
          ...span,
          mark,
          text: nameOf(mark.text, labels),
          labels,
        })),
      ),
    )
    .sort((a, b) => a.fromS - b.fromS);
}

export function momentsOf(history: History, marks: readonly Mark[]): Moment[] {
  return marks
    .filter(({ as }) => as === 'moment')
    .flatMap((mark) =>
      (history.answers[mark.query.name] ?? []).flatMap(({ labels, points }) => {
        // The value is a time in milliseconds, the same at every point until the next step begins.
        const times = [...new Set(points.map(([, value]) => value / 1000))];
        return times.map((atS) => ({ mark, text: nameOf(mark.text, labels), atS }));
      }),
    );
}

function stretches(times: readonly number[]): Span[] {
  const spans: Span[] = [];
  for (const atS of times) {
    const last = spans.at(-1);
    if (last && atS - last.toS <= bridgedSeconds) last.toS = atS + halfGridSeconds;
    else spans.push({ fromS: atS - halfGridSeconds, toS: atS + halfGridSeconds });
  }
  return spans;
}

/** What is going on now: the phase of a run that the lab conducts, or else what k6 itself tells. */
export function current(history: History, nowS: number): string[] {
  const phase = bandsOf(history, phaseMarks)
    .filter(({ toS }) => nowS - toS <= bridgedSeconds)
    .at(-1);
  return phase ? [phase.text] : loadsOf(history, nowS);
}

/** A load that the lab did not start has no phases. */
function loadsOf(history: History, nowS: number): string[] {
  return (history.answers[usersNow.name] ?? []).flatMap((series) => {
    const users = latest(series, nowS);
    if (users === undefined || users <= 0) return [];
    const { app } = series.labels;
    const rates = history.answers[achievedRate.name]?.find(({ labels }) => labels.app === app);
    const rate = rates && latest(rates, nowS);
    const parts = [
      ...(rate === undefined ? [] : [formatValue(rate, 'reqps')]),
      `${users} ${users === 1 ? 'user' : 'users'}`,
    ];
    return [`k6 on ${app}: ${parts.join(', ')}`];
  });
}

/** When there last was load, as far as the page knows. */
export function lastLoadS(history: History): number | undefined {
  const times = (history.answers[usersNow.name] ?? []).flatMap(({ points }) =>
    points.filter(([, users]) => users > 0).map(([atS]) => atS),
  );
  return times.length > 0 ? Math.max(...times) : undefined;
}
