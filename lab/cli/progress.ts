// One line that says what is running and what it sees; redrawn on a terminal, else a line a step.
import type { Plan } from '../../contract/plan';
import { type LiveFigures, liveFigures } from '../live/prometheus';
import type { RunEvents } from '../measure/conductor';
import { plural, sayMs, sayRate } from '../render/format';
import { appTitle } from '../results/findings';
import type { StepResult } from '../results/trial/steps';

const everyMs = 1000;

export type Progress = RunEvents & { stop(): void };

export function progressOn(stream: NodeJS.WriteStream, prometheusUrl: string): Progress {
  let now = '';
  let timer: NodeJS.Timeout | undefined;
  const clear = () => stream.isTTY && stream.write('\r\x1b[K');
  const say = (text: string) => {
    clear();
    stream.write(`${text}\n`);
  };
  const halt = () => {
    clearInterval(timer);
    clear();
  };
  return {
    onTrial({ app, scenario, purpose, run }) {
      halt();
      now = `${appTitle(app)} ${purpose === 'probe' ? 'probe' : scenario}`;
      if (!stream.isTTY) return;
      timer = setInterval(async () => {
        const figures = await liveFigures(prometheusUrl, run, app).catch(() => undefined);
        clear();
        stream.write(`${now}: ${renderLive(figures)}`.slice(0, (stream.columns ?? 100) - 1));
      }, everyMs);
    },
    onStep(plan, name) {
      now = `${appTitle(plan.app)} ${plan.scenario} ${sayStep(plan, name)}`;
      if (!stream.isTTY) say(`${now} ...`);
    },
    onTrialEnd(plan, results) {
      halt();
      for (const result of results) say(renderEnded(plan, result));
    },
    onFinding: say,
    onMessage: (text) => say(`k6: ${text}`),
    onIncident: (part, what) => say(`${part} ${what}`),
    stop: halt,
  };
}

function sayStep(plan: Plan, name: string): string {
  const load = plan.steps.find((step) => step.name === name)?.load;
  if (load === undefined) return name;
  if (load.model === 'open') return `${name}, ${load.rateRps} req/s`;
  return `${name}, ${plural(load.users, 'user')}`;
}

function renderLive(figures: LiveFigures | undefined): string {
  if (figures === undefined) return 'Prometheus does not answer';
  const { rateRps, p99Ms, failedPerSecond } = figures;
  if (rateRps === null) return 'starting';
  return `${sayRate(rateRps)} req/s, p99 ${sayMs(p99Ms)} ms, ${sayRate(failedPerSecond ?? 0)} errors/s`;
}

function renderEnded(plan: Plan, step: StepResult): string {
  const errors = step.failed + step.wrongBodies;
  const figures = `${sayRate(step.achievedRps)} req/s, p99 ${sayMs(step.latencyMs?.p99)} ms, ${errors} errors`;
  return `${appTitle(plan.app)} ${plan.scenario} ${sayStep(plan, step.name)}: ${figures} [${step.validity.state}]`;
}
