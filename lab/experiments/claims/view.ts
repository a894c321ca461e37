// What `lab claims` shows: on the terminal, on the page, on slides, and in docs/claims.md (documents.ts).
import { isNeverVoid } from '../../measure/void-run';
import { type Block, type Notes, noFigure, type Table, table, type View } from '../../render/view';
import type { Experiment } from '../experiment';
import {
  analyseClaims,
  type ClaimsResult,
  capital,
  claimsResultSchema,
  describeCounts,
  formatFigure,
  formatNumber,
  formatThreshold,
  type JudgedClaim,
} from './analyse';
import { type ClaimsDesign, claimsDesign, type Evidence } from './design';
import { nameOf, type Outcome } from './judge';

export const claims: Experiment<ClaimsDesign, ClaimsResult> = {
  kind: 'claims',
  design: claimsDesign,
  result: claimsResultSchema,
  analyse: analyseClaims,
  isVoid: isNeverVoid,
  view: claimsView,
};

export function claimsView(result: ClaimsResult): View[] {
  return [
    {
      id: 'claims',
      title: 'Claims',
      blocks: [claimsTable(result.judged), ...eachClaim(result)],
    },
    { id: 'tests', title: 'Claim by claim', blocks: result.judged.flatMap(testBlocks) },
    { id: 'evidence', title: 'The runs', blocks: [sourcesOf(result.evidence)] },
  ];
}

const describeVerdict = ({ verdict, indicative }: JudgedClaim): string =>
  indicative ? `${verdict} (indicative)` : verdict;

/**
 * The number, and what it would take where it decides nothing, or what the claim says besides; without a number,
 * why there is none.
 */
function describeGround(claim: JudgedClaim): string {
  const { because, decisive, verdict } = claim;
  if (decisive.length === 0) return because ?? noFigure;
  const why = decisive.flatMap((test) => test.why ?? []);
  // Of two figures that disagree these say it themselves.
  const besides =
    verdict === 'depends' && decisive.length === 1 ? [`it depends on ${because}`] : [];
  return [formatNumber(claim), ...why, ...besides].join('; ');
}

export const claimsTable = (judged: readonly JudgedClaim[]): Table =>
  table({
    caption: 'What articles say, and what was found here',
    columns: [
      // As it is typed.
      { title: 'Claim', is: 'words', cell: ({ id }) => id, on: ['terminal'] },
      { title: 'Claim', is: 'words', cell: ({ claim }) => claim, on: ['page', 'slide'] },
      { title: 'Verdict', is: 'words', cell: describeVerdict },
      { title: 'What it rests on', is: 'words', cell: describeGround, on: ['terminal', 'page'] },
      { title: 'What it rests on', is: 'words', cell: formatNumber, on: ['slide'] },
    ],
    rows: judged,
    looks: 'claims',
    slide: { title: describeCounts(judged), notes, continued: 'The claims' },
  });

/** In sentences; a few are the answer itself, which stands below. */
const eachClaim = ({ judged, sentences }: ClaimsResult): Block[] =>
  judged[0]?.sentence === sentences[0]
    ? []
    : [{ kind: 'note', text: judged.map(({ sentence }) => sentence), on: ['terminal'] }];

function testBlocks(claim: JudgedClaim): Block[] {
  const { question, verdict, because, metric, margin, tests } = claim;
  const on = ['page'] as const;
  const reason = because === null ? '' : ` ${verdict === 'depends' ? 'On' : 'Because'} ${because}.`;
  const runs = [...new Set(tests.flatMap((test) => test.runs))];
  const note = (text: string): Block => ({ kind: 'note', text, on });
  return [
    { kind: 'heading', text: claim.claim, on },
    note(`${question} ${capital(describeVerdict(claim))}.${reason}`),
    ...(metric === null
      ? []
      : [note(`Measured by ${metric}. ${capital(margin ?? '')}.`), testsTable(claim)]),
    ...(runs.length > 0 ? [note(`From ${runs.join(', ')}.`)] : []),
  ];
}

const testsTable = ({ tests, beside }: JudgedClaim): Table => ({
  kind: 'table',
  caption: 'The claim holds where every figure, with its whole interval, meets its threshold',
  columns: ['Figure', 'Threshold', 'Met'].map((title) => ({ title, is: 'words' })),
  rows: [
    ...tests.map((test) => ({
      cells: [
        test.measured ? formatFigure(test.measured, test.bound) : nameOf(test),
        formatThreshold(test),
        metWords[test.outcome],
      ],
      remark: test.why ?? undefined,
    })),
    ...beside.map((figure) => ({ cells: [formatFigure(figure), '-', 'for information'] })),
  ],
  looks: 'claims',
  on: ['page'],
});

/** Of the threshold, which is the claim's: nobody fails. */
const metWords: Record<Outcome, string> = {
  holds: 'yes',
  fails: 'no',
  open: 'undecided',
  missing: 'not measured',
  impossible: 'not testable here',
};

function sourcesOf(evidence: readonly Evidence[]): Block {
  const rows = evidence.flatMap(({ experiment, sources }) =>
    sources.map((source) => ({ ...source, experiment })),
  );
  if (rows.length === 0)
    return { kind: 'note', text: 'None: nothing was measured yet.', on: ['page'] };
  return table({
    caption: 'Each is a run of its own, with its own report',
    columns: [
      { title: 'Experiment', is: 'words', cell: ({ experiment }) => experiment },
      {
        title: 'Measured (UTC)',
        is: 'words',
        cell: ({ startedAt }) => formatMinute(startedAt),
        drop: 1,
      },
      { title: 'Revision', is: 'id', cell: ({ commit }) => formatRevision(commit), drop: 2 },
      { title: 'Was', is: 'words', cell: ({ reused }) => (reused ? 'on disk' : 'new'), drop: 3 },
      { title: 'Run', is: 'id', cell: ({ run }) => run },
    ],
    rows,
  });
}

/** In UTC. */
export const formatMinute = (time: string): string => time.slice(0, 16).replace('T', ' ');

export const formatRevision = (commit: string | null | undefined): string =>
  commit?.slice(0, 12) ?? 'unknown';

const notes: Notes = {
  measured:
    'Each claim is a list of figures with thresholds that were fixed beforehand. It is supported where every 95 % interval meets its threshold, refuted where none does, and depends where they disagree. The report has every figure, threshold and run.',
  read: 'Indicative: a figure that the verdict rests on has fewer than ten runs per arm.',
  notConcluded:
    'That a verdict holds on another machine, for another workload, or for apps that were written otherwise.',
};
