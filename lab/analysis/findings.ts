// What a run's steps say, in figures and in sentences that a person can read aloud.
import type { ExperimentResult } from './experiment';
import { type StepResult, stepResults, type TrialRecord } from './steps';

export type TrialResult = {
  number: number;
  app: string;
  scenario: string;
  workload: string;
  purpose: 'check' | 'probe' | 'measure';
  slo: { share: number; thresholdSeconds: number };
  failedChecks: Record<string, number>;
  steps: StepResult[];
};

/** How far one app held the SLO as the rate climbed; bounds in requests a second. */
export type SloRange = {
  app: string;
  workload: string;
  slo: { share: number; thresholdSeconds: number };
  /** Highest offered rate that held it; null when none did. */
  held: { offeredRps: number; p99Ms: number } | null;
  /** Lowest offered rate above that which broke it; null when every rate held it. */
  broken: { offeredRps: number; state: string } | null;
  /** Highest throughput of any believable step, by rate or by users. */
  bestRps: number | null;
  believable: number;
  void: number;
};

export type Findings = {
  trials: TrialResult[];
  ranges: SloRange[];
  sentences: string[];
  warnings: string[];
  /** The answer of an experiment that asks more than a tour; its sentences stand above too. */
  experiment?: ExperimentResult;
};

type Trial = TrialRecord & {
  number: number;
  purpose: TrialResult['purpose'];
};

export function findings(trials: readonly Trial[]): Findings {
  const results = trials.map((trial): TrialResult => {
    const { plan, summary } = trial;
    return {
      number: trial.number,
      app: plan.app,
      scenario: plan.scenario,
      workload: plan.workload,
      purpose: trial.purpose,
      slo: plan.slo,
      failedChecks: summary?.failedChecks ?? {},
      steps: stepResults(trial),
    };
  });
  const measured = results.filter(({ purpose }) => purpose === 'measure');
  const apps = [...new Set(measured.map(({ app }) => app))];
  const ranges = apps.map((app) => sloRange(measured.filter((result) => result.app === app)));
  return {
    trials: results,
    ranges,
    sentences: [...ranges.map(sayRange), ...sayComparison(ranges)],
    warnings: warningsOf(results),
  };
}

/** Only believable steps count; a rate above a broken one is not called held. */
function sloRange(results: TrialResult[]): SloRange {
  const [first] = results;
  if (first === undefined) throw new RangeError('sloRange needs a trial');
  const counted = results.flatMap(({ steps }) => steps.filter(({ warmup }) => !warmup));
  const believable = counted.filter(({ validity }) => validity.state !== 'void');
  const rates = believable
    .filter((step) => step.offeredRps !== null)
    .sort((a, b) => (a.offeredRps ?? 0) - (b.offeredRps ?? 0));
  const firstBroken = rates.findIndex(({ sloHeld }) => sloHeld === false);
  const broken = rates[firstBroken];
  const held = (firstBroken < 0 ? rates : rates.slice(0, firstBroken)).at(-1);
  return {
    app: first.app,
    workload: first.workload,
    slo: first.slo,
    held:
      held?.offeredRps && held.latencyMs
        ? { offeredRps: held.offeredRps, p99Ms: held.latencyMs.p99 }
        : null,
    broken: broken?.offeredRps
      ? { offeredRps: broken.offeredRps, state: broken.validity.state }
      : null,
    bestRps:
      believable.length > 0 ? Math.max(...believable.map(({ achievedRps }) => achievedRps)) : null,
    believable: believable.length,
    void: counted.length - believable.length,
  };
}

const appTitles: Record<string, string> = { express: 'Express', django: 'Django' };
export const appTitle = (app: string): string => appTitles[app] ?? app;

const rps = (rate: number): string => `${Math.round(rate).toLocaleString('en')} requests a second`;
const sayP99 = (ms: number): string => (ms < 10 ? ms.toFixed(1) : String(Math.round(ms)));

function sayRange(range: SloRange): string {
  const name = appTitle(range.app);
  if (range.believable === 0) {
    return `${name}: no step can be believed, so there is no figure for it.`;
  }
  const { slo, held, broken } = range;
  const promise = `${slo.share * 100} % of ${range.workload} within ${slo.thresholdSeconds * 1000} ms`;
  if (held === null && broken === null) {
    return `${name}: no step by rate can be believed, so nothing is said of the load it holds.`;
  }
  const limit = broken ? `and no longer at ${rps(broken.offeredRps)}` : 'the highest rate tried';
  if (held === null) {
    const tried = broken ? `, not even at ${rps(broken.offeredRps)}` : '';
    return `${name} did not hold ${promise}${tried} (indicative: one run).`;
  }
  return `${name} held ${promise} at ${rps(held.offeredRps)} (p99 ${sayP99(held.p99Ms)} ms), ${limit} (indicative: one run).`;
}

/** One run has no error bars: the sentence gives the ratio's bounds, and says what they are not. */
function sayComparison(ranges: readonly SloRange[]): string[] {
  const [a, b] = ranges;
  if (a === undefined || b === undefined) return [];
  const [one, other] = [appTitle(a.app), appTitle(b.app)];
  if (!a.held || !b.held) {
    return [
      `${one} and ${other} cannot be compared here: one of them has no rate that held the SLO.`,
    ];
  }
  const low = a.broken && b.held ? a.held.offeredRps / (b.broken?.offeredRps ?? Infinity) : 0;
  const high = a.broken ? a.broken.offeredRps / b.held.offeredRps : Infinity;
  if (low === 0 || !Number.isFinite(high)) {
    return [
      `${one} and ${other} cannot be compared here: the stairs did not reach a limit of both.`,
    ];
  }
  const open = low <= 1 && high >= 1 ? ': which of the two carries more is open' : '';
  return [
    `By these steps ${one} carries between ${low.toFixed(1)} and ${high.toFixed(1)} times what ${other} carries on this machine${open} (indicative: one run, no noise floor).`,
  ];
}

function warningsOf(results: readonly TrialResult[]): string[] {
  const voids = results.flatMap(({ purpose, steps }) =>
    purpose === 'measure'
      ? steps.filter(({ warmup, validity }) => !warmup && validity.state === 'void')
      : [],
  ).length;
  return [
    ...(voids === 1 ? ['1 step is void and counts for nothing; the table says why.'] : []),
    ...(voids > 1 ? [`${voids} steps are void and count for nothing; the table says why.`] : []),
    ...results.flatMap(({ app, failedChecks }) =>
      Object.entries(failedChecks).map(
        ([name, count]) => `${appTitle(app)} failed the check "${name}" ${count} times.`,
      ),
    ),
  ];
}
