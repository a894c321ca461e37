// What every deck has around its findings: the opening, the answer, how it was measured, and what
// it cannot tell.

import { appTitle } from '../../results/findings';
import type { ReportedRun } from '../../results/reported-run';
import type { RunRecord } from '../../results/schemas';
import { describeCheckOutcome, plural } from '../format';
import { appColour, appOfSentence, appsOf } from '../looks';
import { describeTrial } from '../shown-trials';
import { titleOf } from '../title';
import type { Notes } from '../view';
import { fitted, fittedTable } from './fit';
import { type Block, bodyBox, inkColours, type Slide } from './model';

type Runs = readonly ReportedRun[];

/** More ids would take a second line. */
const mostIds = 2;

export const sourceOf = (runs: Runs): string =>
  runs.length > mostIds
    ? `${runs.length} runs, from ${runs[0]?.run.id} on`
    : runs.map(({ run }) => run.id).join(' · ');
const machineOf = ({ host, runtime }: RunRecord): string =>
  `${plural(host.cores, 'core')}, ${host.cpuModel}, ${runtime.kind}`;

const noMore: Notes['notConcluded'] =
  'Anything about another machine, another workload or another configuration of the same frameworks.';

export function openingSlide(runs: Runs): Slide {
  const [first] = runs;
  if (first === undefined) throw new RangeError('a deck needs a run');
  const { run } = first;
  const bars = appsOf(runs).map(
    (app, index): Block => ({
      kind: 'bar',
      box: { x: 0.6 + 0.18 * index, y: 2.1, w: 0.12, h: 2.9 },
      colour: appColour(app),
    }),
  );
  return {
    title: `${appsOf(runs).map(appTitle).join(' and ')} under load`,
    opening: true,
    blocks: [
      ...bars,
      {
        kind: 'text',
        box: { x: 1.2, y: 3.6, w: 11.4, h: 1.4 },
        paragraphs: [
          { text: titleOf(runs), size: 20 },
          {
            text: `${run.startedAt.slice(0, 10)} · ${machineOf(run)}`,
            size: 14,
            colour: inkColours.muted,
          },
        ],
      },
    ],
    notes: {
      measured: `Everything in this deck was made by \`lab deck\` from what lies on disk: ${sourceOf(runs)}. Charts are native: right-click, Edit Data.`,
      notConcluded: noMore,
    },
    source: sourceOf(runs),
  };
}

/** The first sentence of each run, as it can be read from the last row of seats; the rest is said. */
export function answerSlide(runs: Runs): Slide {
  const headlines = runs.map((reported) => headlineOf(answerOf(reported)));
  const said = runs.flatMap(({ found }) => [
    ...found.sentences,
    ...found.warnings.map((text) => `Note: ${text}`),
  ]);
  return {
    title: 'The answer',
    blocks: headlines.flatMap((text, index, all) => card(text, index, all, appsOf(runs))),
    notes: {
      measured: [...new Set(said)].join('\n'),
      notConcluded: 'A run that is indicative is no finding yet: it says where to look.',
    },
    source: sourceOf(runs),
  };
}

/** What only checks has no finding: what was checked is its answer. */
function answerOf({ run, found }: ReportedRun): string {
  const [checked] = found.trials.filter(({ purpose }) => purpose === 'check');
  if (found.sentences[0] !== undefined) return found.sentences[0];
  return checked
    ? `${describeTrial(checked)}: ${describeCheckOutcome(checked)}.`
    : `${run.id} (${run.kind}, ${run.status}) has no answer.`;
}

/** More are not read from the last row of seats. */
const mostWords = 25;

/** Its first sentence, without what stands in brackets and without the marks of code. */
function headlineOf(answer: string): string {
  const plain = answer.replace(/ \([^()]*\)/g, '').replaceAll('`', '');
  const [sentence = ''] = plain.split(/(?<=\.) (?=[A-Z\d])/);
  const parts = sentence.split(/(?<=;) /);
  const wordsOf = (some: readonly string[]) => some.join(' ').split(' ').length;
  let shown = parts;
  while (shown.length > 1 && wordsOf(shown) >= mostWords) shown = shown.slice(0, -1);
  return shown.length < parts.length ? `${shown.join(' ').replace(/;$/, '')} …` : sentence;
}

/** A sentence with the colour beside it of the one app that it is about. */
function card(text: string, index: number, all: readonly string[], apps: string[]): Block[] {
  const gap = 0.25;
  const h = Math.min(2, (bodyBox.h - gap * (all.length - 1)) / all.length);
  const y = bodyBox.y + index * (h + gap);
  const app = appOfSentence(text, apps);
  return [
    {
      kind: 'bar',
      box: { x: bodyBox.x, y, w: 0.1, h },
      colour: app ? appColour(app) : inkColours.rule,
    },
    fitted([text], { x: bodyBox.x + 0.35, y, w: bodyBox.w - 0.35, h }, { most: 30, least: 16 }),
  ];
}

export function methodSlide(runs: Runs): Slide {
  const placement = runs[0]?.run.runtime.placement;
  const compromises = [...new Set(runs.flatMap(({ run }) => run.runtime.caveats))];
  const cores = (numbers: readonly number[]): string => numbers.join(', ') || 'not placed';
  const isForeign = runs.some(({ run }) => run.foreignApps !== undefined);
  const hasDatabase = runs.some(({ run }) => run.runtime.postgres !== 'none');
  return {
    title: isForeign
      ? 'Every step had to prove itself'
      : 'Equal work, and every step had to prove itself',
    blocks: [
      fittedTable(
        {
          box: bodyBox,
          header: ['What', 'How'],
          rows: [
            isForeign
              ? ['Requests', 'One k6 file asks all apps alike; what they do for it is theirs']
              : ['Equal work', 'The same answers, SQL and connections, as tests hold'],
            ['Load', 'k6, one steady load per step'],
            ['Void', 'What was disturbed counts for nothing'],
            ...(placement
              ? [
                  [
                    'CPU numbers',
                    [
                      `app ${cores(placement.subject)}`,
                      ...(hasDatabase ? [`database ${cores(placement.database)}`] : []),
                      `k6 ${cores(placement.generator)}`,
                    ].join(', '),
                  ],
                ]
              : []),
          ],
        },
        { most: 24 },
      ),
    ],
    notes: {
      measured: ['The method, with formulas and sources: docs/method.md.', ...compromises].join(
        '\n',
      ),
      notConcluded: 'That equal means of two runtimes are the best configuration of each.',
    },
    source: sourceOf(runs),
  };
}

export function limitsSlide(runs: Runs): Slide {
  const warnings = [...new Set(runs.flatMap(({ found }) => found.warnings))];
  return {
    title: 'What these numbers cannot tell you',
    blocks: [
      fitted(
        [
          'Your mix, data and machine: ratios travel, figures do not',
          'Hours and days: leaks, growing tables',
          'What a user sees: network and browser',
        ],
        bodyBox,
        { most: 28, bullet: true },
      ),
    ],
    notes: {
      measured: ['The runs say themselves what weakens them.', ...warnings].join('\n'),
      notConcluded: noMore,
    },
    source: sourceOf(runs),
  };
}
