// What a run's steps say, in sentences that a person can read aloud, the answer first.
import { appTitle } from '../../contract/apps';
import { compare } from '../statistics/comparison';
import { geometricMean } from '../statistics/descriptive';
import type { SloRange } from './findings';
import { toldApart } from './trial/checked';
import { heldAndBroken, type TrialResult, validSteps } from './trial/result';
import type { TurnFigures } from './trial/turns';

export const inThousands = (rate: number): string => Math.round(rate).toLocaleString('en');
export const formatRps = (rate: number): string => `${inThousands(rate)} requests per second`;
export const formatP99 = (ms: number): string => (ms < 10 ? ms.toFixed(1) : String(Math.round(ms)));

type Slo = SloRange['slo'];

/** 100 x 0.947 is 94.69999999999999. */
const rounded = (value: number): number => Number(value.toPrecision(12));
export const formatSloShare = ({ share }: Slo): string => `${rounded(100 * share)} %`;
export const formatSloBound = ({ thresholdSeconds }: Slo): string =>
  `within ${rounded(1000 * thresholdSeconds)} ms`;

/** What an SLO promises: of every request, or of those of a workload. */
export const formatPromise = ({ slo, workload }: { slo: Slo; workload?: string }): string =>
  `${formatSloShare(slo)} ${workload === undefined ? '' : `of ${workload} `}${formatSloBound(slo)}`;

export function describeRange(range: SloRange): string {
  const name = appTitle(range.app);
  if (range.believable === 0) {
    return `${name}: no step is valid, so there is no figure for it.`;
  }
  const { held, broken, wavered } = range;
  const promise = formatPromise(range);
  if (held === null && broken === null) {
    return `${name}: no step by rate is valid, so the load it holds is unknown.`;
  }
  const limit = broken
    ? `and no longer at ${inThousands(broken.offeredRps)}`
    : 'the highest rate tried';
  if (held === null && wavered) {
    return `${name} did not hold ${promise} at ${formatRps(wavered.brokenRps)}, but did at ${inThousands(wavered.heldRps)}, ${limit}.`;
  }
  if (held === null) {
    const tried = broken ? `, not even at ${formatRps(broken.offeredRps)}` : '';
    return `${name} did not hold ${promise}${tried}.`;
  }
  const again = wavered
    ? `not at ${inThousands(wavered.brokenRps)} but again at ${inThousands(wavered.heldRps)}, `
    : '';
  return `${name} held ${promise} at ${formatRps(held.offeredRps)} (p99 ${formatP99(held.p99Ms)} ms), ${again}${limit}.`;
}

/** How many users of a workload were served as its SLO promises. */
export function describeUsers(results: readonly TrialResult[]): string {
  const [first] = results;
  if (first === undefined) throw new RangeError('describeUsers needs a trial');
  const name = appTitle(first.app);
  const steps = validSteps(results).sort((a, b) => (a.users ?? 0) - (b.users ?? 0));
  if (steps.length === 0) return `${name}: no step of ${first.workload} is valid.`;
  const { held, broken, wavered } = heldAndBroken(steps);
  const promise = formatPromise(first);
  const limit = broken ? `not for ${broken.users}` : 'the most tried';
  if (held?.latencyMs == null && wavered) {
    return `${name} did not hold ${promise} for ${wavered.broken.users} users, but did for ${wavered.held.users}, ${broken ? 'and ' : ''}${limit}.`;
  }
  if (held?.latencyMs == null) {
    return `${name} did not hold ${promise}, not even for ${steps[0]?.users} users.`;
  }
  const again = wavered
    ? `not for ${wavered.broken.users} but again for ${wavered.held.users}, ${broken ? 'and ' : ''}`
    : '';
  return `${name} held ${promise} for ${held.users} users (${formatRps(held.achievedRps)}, p99 ${formatP99(held.latencyMs.p99)} ms), ${again}${limit}.`;
}

/** The first app against each other one. */
export const describeComparisons = ([first, ...others]: readonly SloRange[]): string[] =>
  first === undefined
    ? []
    : [first, ...others].every(({ held, broken }) => held === null && broken === null)
      ? []
      : others.map((other) => describeComparison(first, other));

/** Between which rates the limit of an app lies. */
const limitsOf = ({ held, broken }: SloRange) => ({
  low: held?.offeredRps ?? 0,
  high: broken?.offeredRps ?? Infinity,
});

/** Only what the steps below and above each limit leave no doubt of. */
function describeComparison(a: SloRange, b: SloRange): string {
  const [one, other] = [appTitle(a.app), appTitle(b.app)];
  const [ofA, ofB] = [limitsOf(a), limitsOf(b)];
  const factors = [ofA.low / ofB.high, ofB.low / ofA.high] as const;
  if (Math.max(...factors) <= 1) {
    return `Which carries more ${a.workload} is open: ${one} ${formatLimits(a)}, ${other} ${formatLimits(b)} requests per second.`;
  }
  const isA = factors[0] > 1;
  const [more, less] = isA ? [a, b] : [b, a];
  return `${appTitle(more.app)} carries at least ${formatLeast(Math.max(...factors))} times as much ${a.workload} as ${appTitle(less.app)}: ${formatLimits(more)} against ${formatLimits(less)} requests per second.`;
}

/** Rounded down: it is the least. */
const formatLeast = (factor: number): string =>
  factor < 1.1
    ? (Math.floor(100 * factor) / 100).toFixed(2)
    : factor < 10
      ? (Math.floor(10 * factor) / 10).toFixed(1)
      : Math.floor(factor).toString();

function formatLimits(range: SloRange): string {
  const { low, high } = limitsOf(range);
  if (high === Infinity) return low === 0 ? 'unknown' : `${inThousands(low)} or more`;
  return low === 0
    ? `less than ${inThousands(high)}`
    : `${inThousands(low)} to ${inThousands(high)}`;
}

const formatShortMs = (ms: number): string =>
  ms < 10 ? ms.toPrecision(2) : String(Math.round(ms));

const figures = { cpuMs: 'the CPU', p50Ms: 'the median time' } as const;

/** The apps beside one another, by what decides: the fours of turns are the replicates of one block. */
export function describeTurns(results: readonly TrialResult[]): string[] {
  return results.flatMap(({ rival, workload, steps }) => {
    const step = steps.find(({ warmup, validity }) => !warmup && validity.state !== 'void');
    if (rival === undefined || step?.turns === undefined) return [];
    const { turns } = step;
    const ratios = (Object.keys(figures) as (keyof typeof figures)[]).flatMap((figure) =>
      ratioInTurns(turns, figure),
    );
    if (ratios.length === 0) return [];
    const [told, open] = [true, false].map((isTold) =>
      ratios.filter((ratio) => ratio.isTold === isTold),
    ) as [typeof ratios, typeof ratios];
    const takes = [...Map.groupBy(told, ({ larger }) => larger)].map(([larger, own]) => {
      const names = [larger, larger === 'a' ? 'b' : 'a'] as const;
      const [more, less] = names.map((arm) => appTitle(turns.apps[arm]));
      return `${more} ${own.map(({ text }) => text).join(' and ')} that it takes ${less}`;
    });
    const alike = `no difference is seen in ${open.map(({ both }) => both).join(' and ')}`;
    const what =
      takes.length === 0
        ? `${alike} of a request of ${workload}`
        : `a request of ${workload} takes ${[takes.join(', and '), ...(open.length > 0 ? [alike] : [])].join('; ')}`;
    return [`In turns at ${formatRps(step.offeredRps ?? 0)}, ${what}.`];
  });
}

function ratioInTurns(turns: TurnFigures, figure: keyof typeof figures) {
  const fours = turns.fours.flatMap((four) => {
    const [a, b] = [four.a[figure], four.b[figure]];
    return a && b && a > 0 && b > 0 ? { a, b } : [];
  });
  if (fours.length === 0) return [];
  const samples = (arm: 'a' | 'b') =>
    fours.map((four, index) => ({ value: four[arm], block: String(index) }));
  const { ratio, interval } = compare(samples('a'), samples('b'), { better: 'lower' });
  const {
    larger,
    factor,
    interval: [low, high],
  } = largerBy(ratio, interval);
  // As the ratio is taken, so that the two figures beside it have it.
  const ms = (arm: 'a' | 'b') => formatShortMs(geometricMean(fours.map((four) => four[arm])));
  const sure =
    low === null || high === null
      ? 'too few turns for an interval'
      : `95 %: ${formatFactor(low)} to ${formatFactor(high)} times`;
  const [most, least] = larger === 'a' ? [ms('a'), ms('b')] : [ms('b'), ms('a')];
  const [nameA, nameB] = [appTitle(turns.apps.a), appTitle(turns.apps.b)];
  return [
    {
      larger,
      /** An interval that holds 1 tells of no difference. */
      isTold: low === null || low > 1,
      both: `${figures[figure]} (${nameA} ${ms('a')}, ${nameB} ${ms('b')} ms)`,
      text: `${formatFactor(factor)} times ${figures[figure]} (${most} against ${least} ms; ${sure})`,
    },
  ];
}

/** So close to 1 the decimals tell whether an interval contains it. */
const closeToOne = 0.05;

/** Three digits: 0.332, 2.20, 12.3, 412; close to 1 three decimals, and more where these would say 1. */
export function formatFactor(ratio: number): string {
  if (Math.abs(ratio - 1) <= closeToOne) return toldApart(ratio, 1, 3);
  return ratio < 100 ? ratio.toPrecision(3) : Math.round(ratio).toString();
}

/** Which of two figures is the larger, by a factor of 1 or more, and that factor's interval. */
export function largerBy(
  ratio: number,
  [low, high]: readonly [number | null, number | null],
): { larger: 'a' | 'b'; factor: number; interval: [number | null, number | null] } {
  if (ratio >= 1) return { larger: 'b', factor: ratio, interval: [low, high] };
  const inverse = (value: number | null) => (value === null ? null : 1 / value);
  return { larger: 'a', factor: 1 / ratio, interval: [inverse(high), inverse(low)] };
}
