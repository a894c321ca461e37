// The claims as slides: the table of verdicts, over as many slides as it takes.

import { plural } from '../../render/format';
import { messageSlides } from '../../render/slides/message-slides';
import type { Notes, Slide } from '../../render/slides/model';
import type { ReportedRun } from '../../results/reported-run';
import type { ClaimsResult, JudgedClaim } from './analyse';
import { formatNumber } from './analyse';
import { verdicts } from './judge';
import { describeVerdict } from './text';

export const claimsSlides = ({ run }: ReportedRun, { judged }: ClaimsResult): Slide[] =>
  messageSlides(
    [
      {
        title: describeCounts(judged),
        header: ['Claim', 'Verdict', 'The number behind it'],
        rows: judged.map((one) => [one.claim, describeVerdict(one), formatNumber(one)]),
        continued: 'The claims',
      },
    ],
    notes,
    run.id,
  );

/** "5 claims of 18 are supported, 6 refuted, 4 depend". */
function describeCounts(judged: readonly JudgedClaim[]): string {
  const count = (verdict: string) => judged.filter((one) => one.verdict === verdict).length;
  const said = verdicts
    .filter((verdict) => count(verdict) > 0)
    .map((verdict) => `${count(verdict)} ${words[verdict]}`);
  return `Of ${plural(judged.length, 'claim')}: ${said.join(', ')}`;
}

const words: Record<(typeof verdicts)[number], string> = {
  supported: 'supported',
  refuted: 'refuted',
  depends: 'depend',
  'not enough evidence': 'open',
  'cannot be tested here': 'not testable',
};

const notes: Notes = {
  measured:
    'Each claim is a list of figures with bounds that were fixed beforehand; it is supported where every 95 % interval lies on the asked side, refuted where none does, and depends where they disagree. The report has every figure, bound and run.',
  read: 'Indicative: a figure that the verdict rests on has fewer than ten runs an arm.',
  notConcluded:
    'That a verdict holds on another machine, for another workload, or for apps that were written otherwise.',
};
