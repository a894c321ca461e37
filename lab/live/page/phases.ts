// Marks on the time axis: phases of a run, alerts, steps of a run by hand.
import { type Mark, marks } from '../../../grafana/src/marks';
import { bridgedSeconds, type History, type Span } from './history';
import { nameOf } from './legends';

/** Half the grid: a phase that is seen at one point only has some width, too. */
const halfGridSeconds = 1;

export type Band = Span & { mark: Mark; text: string; labels: Record<string, string> };
export type Moment = { mark: Mark; text: string; atS: number };

export function bandsOf(history: History): Band[] {
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

export function momentsOf(history: History): Moment[] {
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

/** What is going on now, by the marks of phases. */
export const current = (bands: readonly Band[], nowS: number): string[] =>
  bands
    .filter(({ mark, toS }) => mark === marks[0] && nowS - toS <= bridgedSeconds)
    .slice(-1)
    .map(({ text }) => text);
