// What every deck has around its findings: the opening, the answer, how it was measured, what it
// cannot tell, and the appendix.
import { appColours } from '../../../grafana/src/colours';
import { appTitle } from '../../analysis/findings';
import type { StepResult } from '../../analysis/steps';
import type { RunRecord } from '../../store/schemas';
import { countedSteps, plural } from '../format';
import { configurationOf, provenanceOf, subjectCells } from '../html/configuration';
import type { ReportedRun } from '../html/reported-run';
import { fitted, fittedTable } from './fit';
import { bodyBox, inkColours, type Notes, type Slide } from './model';

type Runs = readonly ReportedRun[];

const sourceOf = (runs: Runs): string => runs.map(({ run }) => run.id).join(' · ');
const kindsOf = (runs: Runs): string => [...new Set(runs.map(({ run }) => run.kind))].join(', ');
const appsOf = (runs: Runs): string =>
  [...new Set(runs.flatMap(({ run }) => run.subjects.map(({ app }) => appTitle(app))))].join(
    ' and ',
  );
const machineOf = ({ host, runtime }: RunRecord): string =>
  `${plural(host.cores, 'core')}, ${host.cpuModel}, ${runtime.kind}`;

const noMore: Notes['notConcluded'] =
  'Anything about another machine, another workload or another configuration of the same frameworks.';

export function openingSlide(runs: Runs): Slide {
  const [first] = runs;
  if (first === undefined) throw new RangeError('a deck needs a run');
  const { run } = first;
  return {
    title: `${appsOf(runs)} under load`,
    opening: true,
    blocks: [
      { kind: 'bar', box: { x: 0.6, y: 2.1, w: 0.12, h: 2.9 }, colour: appColours.express },
      { kind: 'bar', box: { x: 0.78, y: 2.1, w: 0.12, h: 2.9 }, colour: appColours.django },
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

export function answerSlide(runs: Runs): Slide {
  const sentences = runs.flatMap(({ run, found }) =>
    found.sentences.length > 0
      ? found.sentences
      : [`${run.id} (${run.kind}, ${run.status}) has no answer.`],
  );
  return {
    title: 'The answer, and how sure it is',
    blocks: [fitted(sentences, bodyBox, { most: 26, least: 12, bullet: true })],
    notes: {
      measured: 'Each sentence stands in the report of its run, beside the table that it rests on.',
      notConcluded: 'A sentence that says indicative is no finding yet: it says where to look.',
    },
    source: sourceOf(runs),
  };
}

export function methodSlide(runs: Runs): Slide {
  const [first] = runs;
  const placement = first?.run.runtime.placement;
  const compromises = [...new Set(runs.flatMap(({ run }) => run.runtime.caveats))];
  return {
    title: 'Both apps do the same work, and every step had to prove itself',
    blocks: [
      fitted(
        [
          'Same answers byte for byte, same SQL statements, same connections: held by a conformance suite.',
          'One load generator (k6) with cores of its own; every step begins warm and holds one load.',
          'A step is void when the generator was busy, somebody else took CPU, a body was wrong, or the app restarted. Void steps count for nothing.',
          ...(placement
            ? [
                `Cores here: subject ${placement.subject.join(', ') || 'not placed'}; database ${placement.database.join(', ') || 'not placed'}; generator ${placement.generator.join(', ') || 'not placed'}.`,
              ]
            : []),
          ...compromises,
        ],
        bodyBox,
        { most: 22, least: 12, bullet: true },
      ),
    ],
    notes: {
      measured: 'The method in four pages, with formulas and sources: docs/method.md.',
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
          'What a user sees: there is no network, no browser and no think time in a step but the workload’s.',
          ...warnings,
        ],
        bodyBox,
        { most: 22, least: 12, bullet: true },
      ),
    ],
    notes: {
      measured: 'Warnings are those of the runs themselves; no printer may drop them.',
      notConcluded: noMore,
    },
    source: sourceOf(runs),
  };
}

export const appendixSlides = (runs: Runs): Slide[] => [
  configurationSlide(runs),
  validitySlide(runs),
  provenanceSlide(runs),
];

const appendixNotes: Notes = {
  measured: 'From run.json of each run; the report has the rest.',
  notConcluded:
    'That the frameworks’ defaults are their best: profiles are choices, with their reasons in contract/profiles.json.',
};

function configurationSlide(runs: Runs): Slide {
  const subjects = runs.flatMap(({ run }) =>
    run.subjects.map((subject) => [appTitle(subject.app), ...subjectCells(subject)]),
  );
  const unique = [...new Map(subjects.map((row) => [row.join('|'), row])).values()];
  return {
    title: 'Appendix: configuration of the subjects',
    blocks: [
      fittedTable({
        box: bodyBox,
        header: [
          'App',
          'Profile',
          'Server',
          'Replicas',
          'Cores',
          'Workers',
          'Threads',
          'Pool',
          'Keep-alive',
        ],
        rows: unique,
        widths: [1.5, 1.4, 2.43, 1.2, 1.1, 1.2, 1.2, 0.9, 1.2],
      }),
    ],
    notes: appendixNotes,
    source: sourceOf(runs),
  };
}

function validitySlide(runs: Runs): Slide {
  const rows = runs.flatMap(({ run, found }) => {
    const measured = found.trials.filter(({ purpose }) => purpose === 'measure');
    const groups = Map.groupBy(measured, ({ app, scenario }) => `${appTitle(app)}, ${scenario}`);
    return [...groups].map(([group, trials]) => [
      `${run.kind} (${run.status})`,
      group,
      ...countsOf(trials.flatMap(countedSteps)),
    ]);
  });
  return {
    title: 'Appendix: how much of it may be believed',
    blocks: [
      fittedTable({
        box: bodyBox,
        header: ['Run', 'Steps of', 'Valid', 'Overloaded', 'Void', 'Most void because of'],
        rows,
        widths: [2.8, 3, 1, 1.7, 0.9, 2.73],
      }),
    ],
    notes: {
      measured:
        'Steps of measuring trials, warm-ups left out. Each check with its figure and bound is in validity.json beside the trial.',
      notConcluded: 'That a valid step is a true one: validity excludes the errors that are known.',
    },
    source: sourceOf(runs),
  };
}

function countsOf(steps: readonly StepResult[]): string[] {
  const count = (state: string) =>
    String(steps.filter(({ validity }) => validity.state === state).length);
  const reasons = steps
    .filter(({ validity }) => validity.state === 'void')
    .flatMap(
      ({ validity }) => validity.checks.find(({ outcome }) => outcome === 'broken')?.name ?? [],
    );
  const [common] = [...Map.groupBy(reasons, (reason) => reason)].sort(
    ([, a], [, b]) => b.length - a.length,
  );
  const why = common ? `${common[0]} (${common[1].length})` : '-';
  return [count('valid'), count('overloaded'), count('void'), why];
}

function provenanceSlide(runs: Runs): Slide {
  const [first] = runs;
  if (first === undefined) throw new RangeError('a deck needs a run');
  const facts = [...configurationOf(first), ...provenanceOf(first)].filter(
    ({ name }) => !name.includes('.') && !name.startsWith('Cores of'),
  );
  return {
    title: 'Appendix: where the numbers come from',
    blocks: [
      fittedTable({
        box: bodyBox,
        header: ['What', runs.length > 1 ? `Of the first run, ${first.run.id}` : 'Of this run'],
        rows: facts.map(({ name, value }) => [name, value]),
        widths: [2.8, 9.33],
      }),
    ],
    notes: appendixNotes,
    source: sourceOf(runs),
  };
}
