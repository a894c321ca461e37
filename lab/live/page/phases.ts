// Marks on the time axis: phases of a run, alerts, steps of a run by hand; and what the load is now.
import { phaseMarks } from '../../../grafana/src/marks';
import type { Mark } from '../../../grafana/src/model';
import { achievedRate, usersNow } from '../../../grafana/src/queries/load';
import { bridgedSeconds, type History, latest, type Span } from './history';
import { formatValue, nameOf } from './labels';

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

/** A load that the lab did not start has no phases. In the open model a moment may have no user. */
function loadsOf({ answers }: History, nowS: number): string[] {
  const at = (name: string, app: string | undefined) => {
    const series = answers[name]?.find(({ labels }) => labels.app === app);
    return series && latest(series, nowS);
  };
  const apps = (answers[usersNow.name] ?? []).map(({ labels }) => labels.app);
  return apps.flatMap((app) => {
    const [users = 0, rate = 0] = [at(usersNow.name, app), at(achievedRate.name, app)];
    if (users === 0 && rate === 0) return [];
    const people = `${users} ${users === 1 ? 'user' : 'users'}`;
    return [`k6 on ${app}: ${rate > 0 ? `${formatValue(rate, 'reqps')}, ` : ''}${people}`];
  });
}

/** When there last was load, as far as the page knows. */
export function lastLoadS({ answers }: History): number | undefined {
  const times = [usersNow.name, achievedRate.name]
    .flatMap((name) => answers[name] ?? [])
    .flatMap(({ points }) => points.filter(([, value]) => value > 0).map(([atS]) => atS));
  return times.length > 0 ? times.reduce((a, b) => Math.max(a, b)) : undefined;
}
