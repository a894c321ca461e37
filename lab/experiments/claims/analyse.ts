// `lab claims`: the catalogue, judged by what was found, and each verdict in words. Pure: evidence in,
// verdicts out.
import { z } from 'zod';
import { saysIdle } from '../../measure/turns/turn-doubts';
import { doubtsOnce, formatPerSecond, percent, plural } from '../../render/format';
import { noFigure } from '../../render/view';
import { answerSchema } from '../../results/reported-run';
import { toldApart } from '../../results/trial/checked';
import { type Claim, claimsNamed, parseFigureName, titleOf } from './catalogue';
import type { ClaimsDesign, Evidence, Figure, Unit } from './design';
import { evidenceSchema, figure } from './design';
import {
  figureIn,
  type Judgement,
  judge,
  judgementSchema,
  type Known,
  type TestResult,
  type Verdict,
  verdicts,
} from './judge';

const judgedClaimSchema = judgementSchema.extend({
  id: z.string(),
  claim: z.string(),
  question: z.string(),
  /** Null where nothing can be measured. */
  metric: z.string().nullable(),
  margin: z.string().nullable(),
  /** Figures that no verdict rests on, and that a reader wants to know. */
  beside: z.array(figure),
  sentence: z.string(),
});
export type JudgedClaim = z.infer<typeof judgedClaimSchema>;

export const claimsResultSchema = answerSchema.extend({
  kind: z.literal('claims'),
  judged: z.array(judgedClaimSchema),
  evidence: z.array(evidenceSchema),
});
export type ClaimsResult = z.infer<typeof claimsResultSchema>;

export function analyseClaims({ asked, evidence, missing }: ClaimsDesign): ClaimsResult {
  const judged = claimsNamed(asked).map((claim) => judgeClaim(claim, { evidence, missing }));
  const indicative = judged.filter((one) => one.indicative).length;
  return {
    kind: 'claims',
    judged,
    evidence,
    sentences: describeVerdicts(judged),
    warnings: [
      ...(indicative > 0
        ? [
            `${indicative} of ${judged.length} verdicts are indicative: a figure that they rest on has fewer than ten runs per arm.`,
          ]
        : []),
      ...[...Map.groupBy(missing, ({ why }) => why)].map(
        ([why, same]) =>
          `Left out, because ${why}: ${same.map(({ experiment }) => titleOf(experiment)).join('; ')}.`,
      ),
      ...doubtsOnce(evidence.flatMap(doubtsOf), evidence.length),
      'Each interval errs one time in twenty, and one machine, one workload and two apps are no law: a verdict is about these.',
    ],
  };
}

/** Of the runs that the figures are from. */
const doubtsOf = ({ experiment, warnings }: Evidence) =>
  [...new Set(warnings)]
    .filter((text) => !saysIdle(text))
    .map((text) => ({ where: experiment, text }));

function judgeClaim(claim: Claim, known: Known): JudgedClaim {
  const { id, claim: text, question, metric = null, margin = null, beside = [] } = claim;
  const judged = {
    id,
    claim: text,
    question,
    metric,
    margin,
    beside: beside.flatMap((name) => figureIn(known.evidence, parseFigureName(name)) ?? []),
    ...judge(claim, known),
  };
  return { ...judged, sentence: describeClaim(judged) };
}

/** More sentences would hide each other. */
const FEW = 4;

/** A sentence per claim, or where there are many, how many of each verdict and then one per verdict. */
function describeVerdicts(judged: readonly JudgedClaim[]): string[] {
  if (judged.length <= FEW) return judged.map(({ sentence }) => sentence);
  const byVerdict = verdicts.flatMap((verdict) => {
    const own = judged.filter((one) => one.verdict === verdict);
    const names = own.map(nameOfClaim);
    return own.length === 0 ? [] : [`${capital(verdict)} (${own.length}): ${names.join('; ')}.`];
  });
  return [`${describeCounts(judged)}.`, ...byVerdict];
}

/** "Of 18 claims: 5 supported, 6 refuted, 4 depend". */
export function describeCounts(judged: readonly JudgedClaim[]): string {
  const byVerdict = Map.groupBy(judged, ({ verdict }) => verdict);
  const counts = verdicts.flatMap((verdict) => {
    const count = byVerdict.get(verdict)?.length;
    return count === undefined ? [] : `${count} ${shortVerdicts[verdict]}`;
  });
  return `Of ${plural(judged.length, 'claim')}: ${counts.join(', ')}`;
}

const shortVerdicts: Record<Verdict, string> = {
  supported: 'supported',
  refuted: 'refuted',
  depends: 'depend',
  'not enough evidence': 'undecided',
  'cannot be tested here': 'not testable',
};

const nameOfClaim = ({ claim }: { claim: string }): string => claim.replace(/\.$/, '');

/** A judged claim in a sentence: the verdict, the number, its interval and the noise floor. */
function describeClaim(claim: Omit<JudgedClaim, 'sentence'>): string {
  const { verdict, because, indicative, decisive, beside } = claim;
  const isDivided = verdict === 'depends';
  return [
    `“${nameOfClaim(claim)}”: ${isDivided ? 'depends on' : verdict}`,
    because && `${isDivided ? '' : ', because'} ${because}`,
    decisive.length > 0 && `. ${capital(formatNumber(claim))}`,
    indicative && '; indicative',
    '.',
    beside.length > 0 && ` Beside it, ${beside.map((one) => formatFigure(one)).join('; ')}.`,
  ]
    .filter(Boolean)
    .join('');
}

/** Three digits, whatever the size. */
const digits = (value: number): string =>
  Math.abs(value) >= 1000
    ? Math.round(value).toLocaleString('en')
    : String(Number(value.toPrecision(3)));

const formatValue = (value: number, unit: Unit | undefined): string =>
  unit === 'share' ? percent(value) : digits(value);

/** With as many digits as it takes to tell it from the bound: 90.3 % beside 90 %. */
function formatBeside(value: number, bound: number | undefined, unit: Unit): string {
  const said = formatValue(value, unit);
  if (bound === undefined || value === bound || said !== formatValue(bound, unit)) return said;
  if (unit !== 'share') return toldApart(value, bound, 0);
  // Freed from what binary fractions add.
  const [figure, limit] = [value, bound].map((share) => Number((100 * share).toPrecision(12)));
  return `${toldApart(figure as number, limit as number, 0)} %`;
}

/**
 * A figure with its doubt, inside a sentence.
 *
 * @param bound that stands beside it: it is told apart from that
 */
export function formatFigure(
  { title, value, unit, interval: [low, high], ...about }: Figure,
  bound?: number,
): string {
  const { noiseFloor, inTurns, isBounds, runs, rateRps } = about;
  const format = (figure: number): string => formatBeside(figure, bound, unit);
  const suffix = ['share', 'money', 'probes'].includes(unit) ? '' : ` ${unit}`;
  const [from, to] = [low, high].map((end) => (end === null ? 'unknown' : format(end)));
  const range = low === null && high === null ? 'no interval' : `${from} to ${to}`;
  const rate = rateRps === undefined ? [] : [`at ${formatPerSecond(rateRps)}`];
  const how = [...(inTurns ? ['in turns'] : []), ...rate].join(' ');
  const asides = [
    runs !== null && `${isBounds ? 'bounds' : '95 %'}: ${range}`,
    how,
    noiseFloor !== null && `noise floor ${percent(noiseFloor)}`,
  ].filter(Boolean);
  const doubt = asides.length > 0 ? ` (${asides.join('; ')})` : '';
  const counted = runs === null ? ', counted' : '';
  return `${title}: ${format(value)}${suffix}${counted}${doubt}`;
}

export const formatThreshold = ({ side, bound, measured }: TestResult): string =>
  `${side} ${formatValue(bound, measured?.unit)}`;

/** The figures behind a verdict, each with its threshold, for a row of a table. */
export const formatNumber = ({ decisive }: Pick<Judgement, 'decisive'>): string =>
  decisive
    .flatMap((test) =>
      test.measured
        ? `${formatFigure(test.measured, test.bound)}; threshold: ${formatThreshold(test)}`
        : [],
    )
    .join(' · ') || noFigure;

/** `p99` keeps its letter. */
export const capital = (text: string): string =>
  /^[a-z][a-z ]/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
