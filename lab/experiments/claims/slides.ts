// The claims as slides: the table of verdicts, over as many slides as it takes.

import { plural } from '../../render/format';
import { fittedTable, heightOf } from '../../render/slides/fit';
import { bodyBox, type Notes, type Slide } from '../../render/slides/model';
import type { ReportedRun } from '../../results/reported-run';
import type { ClaimsResult, JudgedClaim } from './analyse';
import { verdicts } from './judge';
import { describeVerdict } from './text';
import { formatNumber } from './wording';

/** Smaller letters than these are not read from the last row. */
const smallest = 12;

export function claimsSlides({ run }: ReportedRun, { judged }: ClaimsResult): Slide[] {
  const pages = pagesOf(judged);
  return pages.map((page, index) => ({
    title:
      index === 0
        ? describeCounts(judged)
        : `The claims, continued (${index + 1} of ${pages.length})`,
    blocks: [tableOf(page)],
    notes,
    source: run.id,
  }));
}

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

const tableOf = (page: readonly JudgedClaim[]) =>
  fittedTable(
    {
      box: bodyBox,
      header: ['Claim', 'Verdict', 'The number behind it'],
      rows: page.map((one) => [one.claim, describeVerdict(one), formatNumber(one)]),
      widths: [3.9, 2.2, 6.03],
    },
    { most: 16, least: smallest },
  );

/** As many rows a slide as can be read. */
function pagesOf(judged: readonly JudgedClaim[]): JudgedClaim[][] {
  const pages: JudgedClaim[][] = [];
  for (const one of judged) {
    const last = pages.at(-1);
    if (last !== undefined && fits([...last, one])) last.push(one);
    else pages.push([one]);
  }
  return pages;
}

function fits(page: readonly JudgedClaim[]): boolean {
  const table = tableOf(page);
  // A row too many is replaced by how many were left out.
  return table.rows.at(-1)?.[0] === page.at(-1)?.claim && heightOf(table) <= table.box.h;
}

const notes: Notes = {
  measured:
    'Each claim is a list of figures with bounds that were fixed beforehand; it is supported where every 95 % interval lies on the asked side, refuted where none does, and depends where they disagree. The report has every figure, bound and run.',
  read: 'Indicative: a figure that the verdict rests on has fewer than ten runs an arm.',
  notConcluded:
    'That a verdict holds on another machine, for another workload, or for apps that were written otherwise.',
};
