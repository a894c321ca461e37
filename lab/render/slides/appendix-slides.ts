// The appendix: what was configured how, how many of its steps are valid, where it comes from.

import type { ReportedRun } from '../../results/reported-run';
import type { StepResult } from '../../results/trial/steps';
import { configurationOf, provenanceOf, subjectTable } from '../configuration';
import { countedSteps, describeTrial } from '../shown-trials';
import type { Notes } from '../view';
import { tableText } from './draw-view';
import { fitted, fittedTable } from './fit';
import { sourceOf } from './frame-slides';
import { bodyBox, type Slide } from './model';

type Runs = readonly ReportedRun[];

export const appendixSlides = (runs: Runs): Slide[] => [
  ...(runs.some(({ run }) => run.subjects.length > 0) ? [configurationSlide(runs)] : []),
  ...(runs.some(({ found }) => measuredOf(found).length > 0) ? [validitySlide(runs)] : []),
  provenanceSlide(runs),
];

const measuredOf = ({ trials }: ReportedRun['found']) =>
  trials.filter(({ purpose }) => purpose === 'measure');

const notes: Notes = {
  measured: 'From run.json of each run; the report has the rest.',
  notConcluded:
    'That the frameworks’ defaults are their best: profiles are choices, with their reasons in contract/profiles.json.',
};

function configurationSlide(runs: Runs): Slide {
  const several = runs.length > 1;
  const choices = runs.flatMap((reported) =>
    configurationOf(reported)
      .filter(({ name }) => name === 'Command' || (!several && !name.startsWith('CPU')))
      .map(({ name, value }) => `${several ? reported.run.kind : name}: ${value}`),
  );
  const above = 2.3;
  return {
    title: 'Appendix: configuration',
    blocks: [
      fittedTable({ box: { ...bodyBox, h: above }, ...tableText(subjectTable(runs)) }),
      fitted(choices, { ...bodyBox, y: bodyBox.y + above, h: bodyBox.h - above }, { most: 16 }),
    ],
    notes,
    source: sourceOf(runs),
  };
}

function validitySlide(runs: Runs): Slide {
  const rows = runs.flatMap(({ run, found }) => {
    const measured = measuredOf(found);
    // What measures nothing, such as a plan, is as good as the runs that it names.
    if (measured.length === 0) return [[`${run.kind} (${run.status})`, '-', '-', '-', '-', '-']];
    const groups = Map.groupBy(measured, describeTrial);
    return [...groups].map(([group, trials]) => [
      `${run.kind} (${run.status})`,
      group,
      ...countsOf(trials.flatMap(countedSteps)),
    ]);
  });
  return {
    title: 'Appendix: how many steps are valid',
    blocks: [
      fittedTable({
        box: bodyBox,
        header: ['Run', 'Steps of', 'Valid', 'Overloaded', 'Void', 'Most often void for'],
        rows,
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
  const count = (state: string): string =>
    String(steps.filter(({ validity }) => validity.state === state).length);
  const causes = steps
    .filter(({ validity }) => validity.state === 'void')
    .flatMap(
      ({ validity }) => validity.checks.find(({ outcome }) => outcome === 'broken')?.name ?? [],
    );
  const [common] = [...Map.groupBy(causes, (cause) => cause)].sort(
    ([, a], [, b]) => b.length - a.length,
  );
  const why = common ? `${common[0]} (${common[1].length})` : '-';
  return [count('valid'), count('overloaded'), count('void'), why];
}

function provenanceSlide(runs: Runs): Slide {
  const [first] = runs;
  if (first === undefined) throw new RangeError('a deck needs a run');
  return {
    title: 'Appendix: where the numbers come from',
    blocks: [
      fittedTable({
        box: bodyBox,
        header: ['What', runs.length > 1 ? `Of the first run, ${first.run.id}` : 'Of this run'],
        // The names of lock files say little to a listener; they are in the report.
        rows: provenanceOf(first)
          .filter(({ name }) => !name.includes('.'))
          .map(({ name, value }) => [name, value]),
      }),
    ],
    notes,
    source: sourceOf(runs),
  };
}
