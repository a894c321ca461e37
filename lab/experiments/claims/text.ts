// `lab claims` as text, and as sections of the page.

import { html, type Markup } from '../../render/page/markup';
import type { Section } from '../../render/page/shell';
import { table } from '../../render/page/table';
import { renderTable } from '../../render/table';
import {
  type ClaimsResult,
  capital,
  formatBound,
  formatFigure,
  formatNumber,
  type JudgedClaim,
} from './analyse';
import type { Source } from './design';

export const renderClaims = (result: ClaimsResult): string =>
  [
    renderClaimsTable(result),
    // As many words as they take: a table would cut them.
    result.judged.length === result.sentences.length ? '' : describeEach(result),
    sourcesText(result),
  ]
    .filter((part) => part !== '')
    .join('\n\n');

export const claimsSections = (result: ClaimsResult): Section[] => [
  { id: 'claims', title: 'Claims', body: claimsOnPage(result) },
  { id: 'tests', title: 'What each was tested by', body: testsOnPage(result) },
  { id: 'evidence', title: 'The runs behind them', body: sourcesOnPage(result) },
];

const describeEach = ({ judged }: ClaimsResult): string =>
  judged.map(({ sentence }) => sentence).join('\n');

export const describeVerdict = ({ verdict, indicative }: JudgedClaim): string =>
  indicative ? `${verdict} (indicative)` : verdict;

/** Said without its number, which stands beside it. */
export const describeReason = ({ verdict, because }: JudgedClaim): string | null =>
  because === null ? null : verdict === 'depends' ? `On ${because}.` : `Because ${because}.`;

export function renderClaimsTable({ judged }: ClaimsResult): string {
  const rows = judged.map((one) => [one.id, describeVerdict(one), formatNumber(one)]);
  return renderTable(['claim', 'verdict', 'the number behind it'], rows);
}

const usedBy = ({ evidence }: ClaimsResult): { experiment: string; source: Source }[] =>
  evidence.flatMap(({ experiment, sources }) => sources.map((source) => ({ experiment, source })));

export const formatRevision = (commit: string | null | undefined): string =>
  commit?.slice(0, 12) ?? 'unknown';

/** In UTC. */
export const formatMinute = (time: string): string => time.slice(0, 16).replace('T', ' ');

function sourcesText(result: ClaimsResult): string {
  const rows = usedBy(result).map(({ experiment, source }) => [
    experiment,
    formatMinute(source.startedAt),
    formatRevision(source.commit),
    source.reused ? 'on disk' : 'new',
    source.run,
  ]);
  return rows.length === 0
    ? ''
    : renderTable(['experiment', 'measured (UTC)', 'revision', 'was', 'run'], rows);
}

function claimsOnPage({ judged }: ClaimsResult): Markup {
  return table({
    caption: 'What articles say, and what was found here',
    header: ['Claim', 'Verdict', 'The number behind it'],
    rows: judged.map((one) => ({
      head: one.claim,
      cells: [describeVerdict(one), formatNumber(one)],
      ...(describeReason(one) !== null && { remark: describeReason(one) ?? '' }),
    })),
    words: [1, 2],
    kind: 'claims',
  });
}

function testsOnPage({ judged }: ClaimsResult): Markup {
  const rows = judged
    .filter(({ tests }) => tests.length > 0)
    .map((one) => {
      const runs = [...new Set(one.tests.flatMap((test) => test.runs))];
      return html`<div class="claim"><h3>${one.claim}</h3>
<p>${one.question}</p>
<p class="check">Measured by ${one.metric}. ${one.margin ? `${capital(one.margin)}.` : null}</p>
${table({
  caption: 'The claim holds where every interval lies on the asked side',
  header: ['Figure', 'Asked', 'Outcome'],
  rows: [
    ...one.tests.map((test) => ({
      head:
        test.measured === null
          ? `${test.figure} of ${test.experiment}`
          : formatFigure(test.measured),
      cells: [formatBound(test), test.outcome],
      ...(test.why !== null && { remark: test.why }),
    })),
    ...one.beside.map((figure) => ({ head: formatFigure(figure), cells: ['-', 'for information'] })),
  ],
  words: [1, 2],
  kind: 'claims',
})}
${runs.length > 0 && html`<p class="check">From ${runs.map((run, index) => html`${index > 0 && ', '}<span class="id">${run}</span>`)}.</p>`}</div>`;
    });
  return html`${rows}`;
}

function sourcesOnPage(result: ClaimsResult): Markup {
  return table({
    caption: 'Each is a run of its own, with its own report',
    header: ['Experiment', 'Measured (UTC)', 'Revision', 'Was', 'Run'],
    rows: usedBy(result).map(({ experiment, source }) => ({
      head: experiment,
      cells: [
        formatMinute(source.startedAt),
        html`<span class="id">${formatRevision(source.commit)}</span>`,
        source.reused ? 'on disk' : 'made for this',
        html`<span class="id">${source.run}</span>`,
      ],
    })),
    words: [1, 2, 3, 4],
  });
}
