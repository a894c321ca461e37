// `lab claims`: the catalogue, judged by what was found. Pure: evidence in, verdicts out.
import type { Answer } from '../../results/reported-run';
import { type Claim, claims as catalogue, experiments } from './catalogue';
import { capital, sayClaim } from './claim-words';
import type { ClaimsDesign } from './design';
import type { Evidence, Figure } from './evidence';
import { type Judgement, judge, type Rule, verdicts } from './judge';
import type { Experiment } from './needs';

export type JudgedClaim = Judgement & {
  id: string;
  claim: string;
  question: string;
  /** Null where nothing can be measured. */
  metric: string | null;
  margin: string | null;
  /** Figures that no verdict rests on, and that a reader wants to know. */
  beside: Figure[];
  sentence: string;
};

export type ClaimsResult = Answer & {
  kind: 'claims';
  judged: JudgedClaim[];
  evidence: Evidence[];
};

export function analyseClaims({ asked, evidence, missing }: ClaimsDesign): ClaimsResult {
  const judged = claimsNamed(asked).map((claim) => judgeClaim(claim, { evidence, missing }));
  const indicative = judged.filter((one) => one.indicative).length;
  return {
    kind: 'claims',
    judged,
    evidence,
    sentences: sayVerdicts(judged),
    warnings: [
      ...(indicative > 0
        ? [
            `${indicative} of ${judged.length} verdicts are indicative: a figure that they rest on has fewer than ten runs an arm.`,
          ]
        : []),
      ...[...Map.groupBy(missing, ({ why }) => why)].map(
        ([why, same]) =>
          `Left out, because ${why}: ${same.map(({ experiment }) => titleOf(experiment)).join('; ')}.`,
      ),
      'Each interval errs one time in twenty, and one machine, one workload and two apps are no law: a verdict is about these.',
    ],
  };
}

/** A sentence a verdict; a few claims say what they rest on. */
function sayVerdicts(judged: readonly JudgedClaim[]): string[] {
  if (judged.length <= FEW) return judged.map(({ sentence }) => sentence);
  return verdicts.flatMap((verdict) => {
    const own = judged.filter((one) => one.verdict === verdict);
    const names = own.map(({ claim }) => claim.replace(/\.$/, ''));
    return own.length === 0 ? [] : [`${capital(verdict)} (${own.length}): ${names.join('; ')}.`];
  });
}

/** More would hide each other. */
const FEW = 4;

/** In the order of the catalogue; all, where none is named. */
export const claimsNamed = (ids: readonly string[]): Claim[] =>
  catalogue.filter(({ id }) => ids.length === 0 || ids.includes(id));

/** Experiments that the claims ask for, each once, in the catalogue's order. */
export function experimentsFor(asked: readonly Claim[]): [id: string, Experiment][] {
  const wanted = new Set(asked.flatMap((claim) => testsOf(claim).map((one) => one.experiment)));
  return Object.entries(experiments).filter(([id]) => wanted.has(id));
}

const testsOf = (claim: Claim): Rule['tests'] =>
  'cannot' in claim ? [] : [...(claim.given ?? []), ...claim.tests];

const titleOf = (experiment: string): string =>
  (experiments as Record<string, Experiment>)[experiment]?.title ?? experiment;

function judgeClaim(claim: Claim, known: Pick<ClaimsDesign, 'evidence' | 'missing'>): JudgedClaim {
  const { id, claim: text, question } = claim;
  if ('cannot' in claim) {
    const judgement: Judgement = {
      verdict: 'cannot be tested here',
      because: claim.cannot,
      tests: [],
      decisive: [],
      indicative: false,
    };
    const said = {
      id,
      claim: text,
      question,
      metric: null,
      margin: null,
      beside: [],
      ...judgement,
    };
    return { ...said, sentence: sayClaim(said) };
  }
  const { metric, margin } = claim;
  const beside = (claim.beside ?? []).flatMap(([experiment, key]) =>
    known.evidence
      .filter((one) => one.experiment === experiment)
      .flatMap(({ figures }) => figures.filter((figure) => figure.key === key)),
  );
  const said = { id, claim: text, question, metric, margin, beside, ...judge(claim, known) };
  return { ...said, sentence: sayClaim(said) };
}
