// Everything that a dashboard shows, asked of Prometheus.
import { phaseMarks } from '../../../grafana/src/marks';
import { type Dashboard, panelsOf, queriesOf } from '../../../grafana/src/model';
import { achievedRate, usersNow } from '../../../grafana/src/queries/load';
import { allValues, fillIn } from '../../../grafana/src/variables';
import { askRange } from './answers';
import { type Frame, gridSeconds, presence } from './messages';

/** What comes late (a push, a slow scrape) still finds its place: this much is asked for again. */
const overlapSeconds = 10;

/** The lab shares a core with Prometheus and with k6. */
const timeoutMs = 5000;

export class Frames {
  private latestFrame: { key: string; frame: Promise<Frame> } | undefined;

  constructor(private readonly prometheusUrl: string) {}

  /** All of a window. */
  whole(dashboard: Dashboard, windowSeconds: number): Promise<Frame> {
    const toS = gridTime(Date.now());
    return this.ask(dashboard, toS - windowSeconds, toS);
  }

  /** What may have changed since the last one; asked once for however many look at it. */
  latest(dashboard: Dashboard): Promise<Frame> {
    const toS = gridTime(Date.now());
    const key = `${dashboard.uid} ${toS}`;
    if (this.latestFrame?.key !== key) {
      this.latestFrame = { key, frame: this.ask(dashboard, toS - overlapSeconds, toS) };
    }
    return this.latestFrame.frame;
  }

  /** One query after the other: this runs beside a measurement. */
  private async ask(dashboard: Dashboard, fromS: number, toS: number): Promise<Frame> {
    const answers: Frame['answers'] = {};
    const range = { fromS, toS, stepS: gridSeconds };
    for (const [name, expr] of expressionsOf(dashboard)) {
      answers[name] = await askRange(this.prometheusUrl, expr, range, timeoutMs);
    }
    return { fromS, toS, answers };
  }
}

const gridTime = (atMs: number): number => Math.floor(atMs / 1000 / gridSeconds) * gridSeconds;

/** What the head of the page says of the load, whatever the dashboard. */
const head = [...phaseMarks.map(({ query }) => query), usersNow, achievedRate];

/** By name: a query that several panels have is asked once. */
export const expressionsOf = (dashboard: Dashboard): Map<string, string> =>
  new Map([
    [presence.name, presence.expr],
    ...[
      ...head,
      ...(dashboard.marks ?? []).map(({ query }) => query),
      ...panelsOf(dashboard).flatMap(queriesOf),
    ].map(({ name, expr }): [string, string] => [name, fillIn(expr, allValues)]),
  ]);
