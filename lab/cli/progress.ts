// One line that says what is running and what it sees; redrawn on a terminal, else one line per step.
import type { Plan } from '../../contract/plan';
import { eventsPerSecond, observationsPerSecond } from '../../grafana/src/queries/promql';
import type { RunEvents } from '../measure/conductor';
import { formatMs, formatRate, plural } from '../render/format';
import { appTitle } from '../results/findings';
import type { StepResult } from '../results/trial/steps';
import { appsOfPlan } from '../results/trial/turns';

const everyMs = 1000;

/** stderr, as far as it matters here. */
type Screen = { isTTY?: boolean; columns?: number; write(text: string): unknown };

export function progressOn(stream: Screen, prometheusUrl: string): RunEvents & { stop(): void } {
  let now = '';
  let timer: NodeJS.Timeout | undefined;
  const clear = () => stream.isTTY && stream.write('\r\x1b[K');
  const write = (text: string) => {
    clear();
    stream.write(`${text}\n`);
  };
  const halt = () => {
    clearInterval(timer);
    timer = undefined;
    clear();
  };
  return {
    onTrial({ app, scenario, purpose, run }) {
      halt();
      now = `${appTitle(app)} ${purpose === 'probe' ? 'calibration' : scenario}`;
      if (!stream.isTTY) return;
      const own = setInterval(async () => {
        const figures = await liveFigures(prometheusUrl, run, app).catch(() => undefined);
        // It was halted meanwhile: what stands there now is somebody else's.
        if (timer !== own) return;
        clear();
        stream.write(`${now}: ${renderLive(figures)}`.slice(0, (stream.columns ?? 100) - 1));
      }, everyMs);
      timer = own;
    },
    onStep(plan, name) {
      now = `${titleOf(plan)} ${plan.scenario} ${describeStep(plan, name)}`;
      if (!stream.isTTY) write(`${now} ...`);
    },
    onTrialEnd(plan, results) {
      halt();
      for (const result of results) write(renderEnded(plan, result));
    },
    onFinding: write,
    onMessage: (text) => write(`k6: ${text}`),
    onIncident: (part, what) => write(`${part} ${what}`),
    stop: halt,
  };
}

const titleOf = (plan: Plan): string => appsOfPlan(plan).map(appTitle).join(' | ');

function describeStep(plan: Plan, name: string): string {
  const load = plan.steps.find((step) => step.name === name)?.load;
  if (load === undefined) return name;
  if (load.model === 'open') return `${name}, ${load.rateRps} req/s`;
  return `${name}, ${plural(load.users, 'user')}`;
}

function renderLive(figures: LiveFigures | undefined): string {
  if (figures === undefined) return 'Prometheus does not answer';
  const { rateRps, p99Ms, failedPerSecond } = figures;
  if (rateRps === null) return 'starting';
  return `${formatRate(rateRps)} req/s, p99 ${formatMs(p99Ms)} ms, ${formatRate(failedPerSecond ?? 0)} errors/s`;
}

function renderEnded(plan: Plan, step: StepResult): string {
  const errors = step.failed + step.wrongBodies;
  const figures = `${formatRate(step.achievedRps)} req/s, p99 ${formatMs(step.latencyMs?.p99)} ms, ${errors} errors`;
  return `${titleOf(plan)} ${plan.scenario} ${describeStep(plan, step.name)}: ${figures} [${step.validity.state}]`;
}

type LiveFigures = {
  /** Requests per second over the last few seconds; null before the first push. */
  rateRps: number | null;
  p99Ms: number | null;
  failedPerSecond: number | null;
};

const timeoutMs = 900;

async function liveFigures(prometheusUrl: string, run: string, app: string): Promise<LiveFigures> {
  const series = `run="${run}",app="${app}"`;
  const ask = (query: string) => instantValue(prometheusUrl, query);
  const [rateRps, p99Seconds, failedPerSecond] = await Promise.all([
    ask(eventsPerSecond('k6_http_reqs_total', series)),
    ask(
      `histogram_quantile(0.99, ${observationsPerSecond('k6_http_req_duration_seconds', series)})`,
    ),
    ask(eventsPerSecond('k6_http_reqs_total', `${series},expected_response="false"`)),
  ]);
  return { rateRps, p99Ms: p99Seconds === null ? null : p99Seconds * 1000, failedPerSecond };
}

/** The one value of an instant query; null when there is none, or it is not a number. */
async function instantValue(prometheusUrl: string, query: string): Promise<number | null> {
  const url = `${prometheusUrl}/api/v1/query?${new URLSearchParams({ query })}`;
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new Error(`Prometheus answered ${response.status} to ${query}`);
  const body = (await response.json()) as { data: { result: { value: [number, string] }[] } };
  const value = Number(body.data.result[0]?.value[1] ?? NaN);
  return Number.isFinite(value) ? value : null;
}
