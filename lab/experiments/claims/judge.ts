// From figures to a verdict. Every claim is a list of tests, each "this figure lies wholly above (or
// below) this bound"; the verdict is what the outcomes of all of them say together. Pure.
import { z } from 'zod';
import { blocksFor, RUNS_FOR_A_VERDICT } from '../../statistics/comparison';
import { titleOf } from './catalogue';
import type { Evidence, Figure, Missing } from './design';
import { figure } from './design';

const testSchema = z.strictObject({
  experiment: z.string(),
  /** Key of a figure of that experiment. */
  figure: z.string(),
  /** The claim holds where the whole 95 % interval lies on this side of the bound. */
  side: z.enum(['above', 'below']),
  bound: z.number(),
});
export type Test = z.infer<typeof testSchema>;

/** `open`: the interval contains the threshold, or there is none; `impossible`: this machine cannot tell. */
export const outcomeSchema = z.enum(['missing', 'open', 'holds', 'fails', 'impossible']);
export type Outcome = z.infer<typeof outcomeSchema>;

const testResultSchema = testSchema.extend({
  outcome: outcomeSchema,
  measured: figure.nullable(),
  /** Ids of the runs. */
  runs: z.array(z.string()),
  /** Why there is no figure, or why it decides nothing. */
  why: z.string().nullable(),
});
export type TestResult = z.infer<typeof testResultSchema>;

export const verdicts = [
  'supported',
  'refuted',
  'depends',
  'not enough evidence',
  'cannot be tested here',
] as const;
export type Verdict = (typeof verdicts)[number];

export const judgementSchema = z.strictObject({
  verdict: z.enum(verdicts),
  /** Of `depends`: on what; of the last two: why. Null where the tests say it all. */
  because: z.string().nullable(),
  tests: z.array(testResultSchema),
  /** The figures that decided: the narrowest of those that agree, one of each side otherwise. */
  decisive: z.array(testResultSchema),
  /** A figure that the verdict rests on has fewer than ten runs per arm. */
  indicative: z.boolean(),
});
export type Judgement = z.infer<typeof judgementSchema>;

export type Rule = {
  tests: readonly Test[];
  /** What must hold for the question to make sense: a gap must be there before it can be closed. */
  given?: readonly Test[];
  /** What the claim depends on besides, which no test of ours can tell: it is then never supported. */
  provided?: string;
  /** Why no experiment of a load lab can tell; there are no tests then. */
  cannot?: string;
};

export type Known = { evidence: readonly Evidence[]; missing: readonly Missing[] };

export function judge(
  { tests: asked, given = [], provided, cannot }: Rule,
  known: Known,
): Judgement {
  const conditions = given.map((test) => resultOf(test, known));
  const tests = asked.map((test) => resultOf(test, known));
  const all = [...conditions, ...tests];
  const unmet = conditions.filter(({ outcome }) => outcome !== 'holds');
  if (unmet.length > 0) {
    const measured = unmet.filter((test) => test.measured !== null);
    const why =
      measured.length < unmet.length
        ? describeUndecided(unmet)
        : `it assumes ${unmet.map(describeTest).join(' and ')}, which is not certain`;
    return judgement('not enough evidence', why, all, measured.slice(0, 1));
  }
  const possible = tests.filter(({ outcome }) => outcome !== 'impossible');
  if (possible.length === 0) {
    const why = cannot ?? [...new Set(tests.map((test) => test.why))].join('; ');
    return judgement('cannot be tested here', why, all, []);
  }
  const [holding, failing] = (['holds', 'fails'] as const).map((side) =>
    possible.filter(({ outcome }) => outcome === side).sort(narrowestFirst),
  ) as [TestResult[], TestResult[]];
  const decisive = [...holding.slice(0, 1), ...failing.slice(0, 1)];
  if (decisive.length === 2) {
    return judgement('depends', describeDivided(holding, failing), all, decisive);
  }
  if (failing.length === possible.length) return judgement('refuted', null, all, decisive);
  if (holding.length === possible.length) {
    // What holds as far as it can be tested is not yet all that the claim says.
    const beyond = [...(provided ? [provided] : []), ...describeImpossible(tests)];
    const [verdict, because] =
      beyond.length > 0
        ? (['depends', beyond.join('; ')] as const)
        : (['supported', null] as const);
    return judgement(verdict, because, all, decisive);
  }
  const undecided = possible.filter(({ outcome }) => outcome === 'open' || outcome === 'missing');
  const shown = undecided.filter(({ measured }) => measured !== null).slice(0, 1);
  return judgement('not enough evidence', describeUndecided(undecided), all, shown);
}

function judgement(
  verdict: Verdict,
  because: string | null,
  tests: TestResult[],
  decisive: TestResult[],
): Judgement {
  const isSure = verdict !== 'not enough evidence' && verdict !== 'cannot be tested here';
  const indicative =
    isSure && tests.some(({ measured }) => (measured?.runs ?? Infinity) < RUNS_FOR_A_VERDICT);
  return { verdict, because, tests, decisive, indicative };
}

/** Undefined where the experiment did not find it, or has no outcome. */
export const figureIn = (
  evidence: readonly Evidence[],
  { experiment, figure }: Pick<Test, 'experiment' | 'figure'>,
): Figure | undefined =>
  evidence.find((one) => one.experiment === experiment)?.figures.find(({ key }) => key === figure);

function resultOf(test: Test, { evidence, missing }: Known): TestResult {
  const found = evidence.find(({ experiment }) => experiment === test.experiment);
  const runs = found?.sources.map(({ run }) => run) ?? [];
  const measured = figureIn(evidence, test);
  if (measured) return { ...test, measured, runs, ...outcomeOf(test, measured) };
  const absent = found?.absent.find(({ figure }) => figure === test.figure);
  const gap = missing.find(({ experiment }) => experiment === test.experiment);
  return {
    ...test,
    measured: null,
    runs,
    outcome: absent || gap?.impossible ? 'impossible' : 'missing',
    why: (absent ?? gap)?.why ?? 'its run found no such figure',
  };
}

export function outcomeOf(
  { side, bound }: Pick<Test, 'side' | 'bound'>,
  figure: Figure,
): { outcome: Outcome; why: string | null } {
  const [low, high] = figure.interval;
  if (low === null && high === null) return open('too few runs for an interval');
  const above = low !== null && low > bound;
  const below = high !== null && high < bound;
  if (!above && !below) return open(describeStraddling(figure, bound));
  return { outcome: above === (side === 'above') ? 'holds' : 'fails', why: null };
}

const open = (why: string) => ({ outcome: 'open' as const, why });

/** More take a night, in which the machine does not stay what it is. */
const mostBlocks = 100;

/**
 * With how many blocks, or repeats, an interval of the same spread would just reach the threshold. The figure moves
 * too, as often away from the threshold as towards it: hence an even chance.
 */
function describeStraddling(figure: Figure, bound: number): string {
  const { interval, isBounds, runs, value, degreesOfFreedom } = figure;
  if (isBounds) return 'the threshold lies between the bounds of the search';
  const contains = 'the interval contains the threshold';
  const counted = countedIn(figure);
  if (runs === null || counted === null) return contains;
  const halfWidth = Math.expm1(Math.abs(Math.log(value / bound)));
  const n = { a: runs, b: runs, blocks: runs };
  const blocks = blocksFor(halfWidth, { interval, n }, degreesOfFreedom);
  return blocks === null || blocks > mostBlocks
    ? `${contains}, and no affordable number of ${counted} would decide it`
    : `${contains}; about ${blocks} ${counted} instead of ${runs} would have an even chance to decide it`;
}

/** What more can be asked for; null where nothing can. */
function countedIn(figure: Figure): 'blocks' | 'repeats' | null {
  if (figure.inTurns) return 'blocks';
  // Of earlier versions nobody knows whether the interval is of one arm or of two.
  return figure.ofRepeats && figure.degreesOfFreedom !== undefined ? 'repeats' : null;
}

/** How far the nearer end lies from the bound, on the log scale where there is one. */
function clearance({ measured, bound }: TestResult): number {
  const ends = (measured?.interval ?? []).flatMap((end) => end ?? []);
  const far = (end: number) =>
    end > 0 && bound > 0 ? Math.abs(Math.log(end / bound)) : Math.abs(end - bound);
  return Math.min(...ends.map(far));
}

const narrowestFirst = (a: TestResult, b: TestResult): number => clearance(a) - clearance(b);

const perWorker = 'throughput of a worker among the most, over one alone';
/** Of figures that a machine may be unable to give. */
const titlesUnmeasured: Readonly<Record<string, string>> = {
  'efficiency-express': `${perWorker}, Express`,
  'efficiency-ratio': `${perWorker}, Django over Express`,
  'image-ratio': 'image size, Django over Express',
};

/** What was not measured is otherwise called after what it would have been taken from. */
export const nameOf = ({ measured, figure, experiment }: TestResult): string =>
  measured?.title ??
  titlesUnmeasured[figure] ??
  `${figure.replaceAll('-', ' ')} of ${titleOf(experiment)}`;

const describeTest = (test: TestResult): string =>
  `${nameOf(test)} ${test.side} ${Number(test.bound.toPrecision(3))}`;

/** "mean latency of json, mean latency of db (Django over Express)": what all share is said once. */
function describeAll(tests: readonly TestResult[]): string {
  const parts = tests.map((test) => /^(.*?)(?:, ([^,]*))?$/.exec(nameOf(test)) ?? []);
  const byEnd = Map.groupBy(parts, ([, , end = '']) => end);
  return [...byEnd]
    .map(([end, same]) => {
      const names = same.map(([, name = '']) => name).join(', ');
      return end === '' ? names : `${names} (${end})`;
    })
    .join(', ');
}

/** Of the tests that this machine cannot carry out, each reason once. */
const describeImpossible = (tests: readonly TestResult[]): string[] =>
  [...Map.groupBy(tests, ({ outcome, why }) => (outcome === 'impossible' ? why : null))].flatMap(
    ([why, same]) =>
      why === null ? [] : `what cannot be tested here: ${describeAll(same)}, because ${why}`,
  );

const describeDivided = (holding: readonly TestResult[], failing: readonly TestResult[]): string =>
  `what is asked: it holds for ${describeAll(holding)}; it does not for ${describeAll(failing)}`;

function describeUndecided(tests: readonly TestResult[]): string {
  const byWhy = Map.groupBy(tests, ({ why }) => why ?? 'undecided');
  return [...byWhy]
    .map(([why, same]) =>
      same.every(({ measured }) => measured === null) ? why : `${describeAll(same)}: ${why}`,
    )
    .join('; ');
}
