// What every deck has around its findings: the opening, the answer, how it was measured, and what
// it cannot tell.

import { appTitle } from '../../results/findings';
import type { ReportedRun } from '../../results/reported-run';
import type { RunRecord } from '../../results/schemas';
import { plural } from '../format';
import { appColour, appOfSentence, appsOf } from '../looks';
import type { Notes } from '../view';
import { fitted, fittedTable } from './fit';
import { type Block, bodyBox, inkColours, type Slide } from './model';

type Runs = readonly ReportedRun[];

export const sourceOf = (runs: Runs): string => runs.map(({ run }) => run.id).join(' · ');
const kindsOf = (runs: Runs): string => [...new Set(runs.map(({ run }) => run.kind))].join(', ');
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
          { text: `What was measured: ${kindsOf(runs)}`, size: 20 },
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

/** More stand in a list. */
const mostCards = 4;

export function answerSlide(runs: Runs): Slide {
  const sentences = runs.flatMap(({ run, found }) =>
    found.sentences.length > 0
      ? found.sentences
      : [`${run.id} (${run.kind}, ${run.status}) has no answer.`],
  );
  // Where there is room: what weakens an answer belongs beside it.
  const doubts = [...new Set(runs.flatMap(({ found }) => found.warnings))]
    .slice(0, Math.max(0, mostCards - sentences.length))
    .map((text) => `Note: ${text}`);
  return {
    title: 'The answer, and how sure it is',
    blocks:
      sentences.length <= mostCards
        ? [...sentences, ...doubts].flatMap((text, index, all) =>
            card(text, index, all, appsOf(runs)),
          )
        : [fitted(sentences, bodyBox, { most: 22, least: 12, bullet: true })],
    notes: {
      measured: 'Each sentence stands in the report of its run, beside the table that it rests on.',
      notConcluded: 'A sentence that says indicative is no finding yet: it says where to look.',
    },
    source: sourceOf(runs),
  };
}

/** A sentence with the colour beside it of the one app that it is about. */
function card(text: string, index: number, all: readonly string[], apps: string[]): Block[] {
  const gap = 0.25;
  const h = Math.min(2, (bodyBox.h - gap * (all.length - 1)) / all.length);
  const y = bodyBox.y + index * (h + gap);
  const app = text.startsWith('Note: ') ? undefined : appOfSentence(text, apps);
  return [
    {
      kind: 'bar',
      box: { x: bodyBox.x, y, w: 0.1, h },
      colour: app ? appColour(app) : inkColours.rule,
    },
    fitted([text], { x: bodyBox.x + 0.35, y, w: bodyBox.w - 0.35, h }, { most: 24, least: 11 }),
  ];
}

export function methodSlide(runs: Runs): Slide {
  const placement = runs[0]?.run.runtime.placement;
  const compromises = [...new Set(runs.flatMap(({ run }) => run.runtime.caveats))];
  const cores = (numbers: readonly number[]): string => numbers.join(', ') || 'not placed';
  return {
    title: 'Both apps do the same work, and every step had to prove itself',
    blocks: [
      fittedTable({
        box: bodyBox,
        header: ['What', 'How'],
        rows: [
          [
            'Equal work',
            'The same answers byte for byte, SQL statements as declared, the same number of connections: held by a conformance suite.',
          ],
          ['Load', 'k6, on cores of its own. Every step begins warm and holds one load.'],
          [
            'Belief',
            'A step is void when the generator was busy, somebody else took CPU, a body was wrong, or the app restarted. Void steps count for nothing.',
          ],
          ...(placement
            ? [
                [
                  'Cores',
                  `Subject ${cores(placement.subject)}, database ${cores(placement.database)}, generator ${cores(placement.generator)}.`,
                ],
              ]
            : []),
          ...compromises.map((text) => ['Here', text]),
        ],
      }),
    ],
    notes: {
      measured: 'The method, with formulas and sources: docs/method.md.',
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
          'How your mix, on your data, on your machine would do: only ratios travel, and even they not far.',
          'What happens after hours and days: leaks, growing tables and nightly jobs need longer runs.',
          'What a user sees: no network, no browser, and no think time but the workload’s is in a step.',
          ...warnings,
        ],
        bodyBox,
        { most: 22, least: 11, bullet: true },
      ),
    ],
    notes: {
      measured: 'Warnings are those of the runs themselves; no printer may drop them.',
      notConcluded: noMore,
    },
    source: sourceOf(runs),
  };
}
