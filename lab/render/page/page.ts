// report.html: one file with everything in it, which asks no network for anything.

import { appTitle } from '../../results/findings';
import type { ReportedRun } from '../../results/reported-run';
import { configurationBlocks, differenceBlocks, provenanceBlocks } from '../configuration';
import { decompositionBlocks } from '../decomposition';
import { plural } from '../format';
import { loadBlocks } from '../load-charts';
import { routeBlocks } from '../routes';
import { stepBlocks } from '../steps';
import { validityBlocks } from '../validity';
import type { Block, View } from '../view';
import { answer } from './answer';
import { drawBlocks, nothingToShow, sectionsOf as viewSections } from './draw-view';
import { html } from './markup';
import { renderShell, type Section } from './shell';
import { timelines } from './timeline';

/**
 * One run, or several side by side.
 *
 * @param views what each run shows beside what every run has
 */
export function renderPage(
  runs: readonly ReportedRun[],
  views: readonly (readonly View[])[] = [],
): string {
  return renderShell({
    title: titleOf(runs),
    about: html`${runs.map(({ run }, index) => html`<p class="about">${runs.length > 1 && html`<strong>Run ${index + 1}</strong> `}${run.startedAt.slice(0, 16).replace('T', ' ')} UTC · ${plural(run.host.cores, 'core')}, ${run.host.cpuModel} · ${runtimes[run.runtime.kind]} · <span class="id">${run.id}</span></p>`)}`,
    sections: sectionsOf(runs, views),
    footer: html`Made by <code>lab report</code> from what lies on disk; <code>analysis.json</code> beside it holds the same figures for machines.`,
  });
}

const runtimes: Record<ReportedRun['run']['runtime']['kind'], string> = {
  native: 'apps started by the lab',
  compose: 'apps in containers',
  attached: 'apps that were up already',
  kubernetes: 'apps in a Kubernetes cluster',
};

function titleOf(runs: readonly ReportedRun[]): string {
  const [only, another] = runs;
  if (only === undefined) throw new RangeError('a report needs a run');
  if (another !== undefined) return `${runs.length} runs side by side`;
  const { run } = only;
  const apps = [...new Set(run.subjects.map(({ app }) => appTitle(app)))].join(' and ');
  return `${subjectOf(run, apps)}${workloadsOf(only)}`;
}

/** By kind, what a run is about. */
function subjectOf({ kind, design, trials }: ReportedRun['run'], apps: string): string {
  switch (kind) {
    case 'run':
      return `${capital(trials.at(-1)?.scenario ?? kind)} of ${apps}`;
    case 'scale':
      return `How ${apps} scales by ${design?.kind === 'scale' ? design.by : 'levels'}`;
    case 'capacity':
      return `How much ${apps} carries`;
    case 'compare':
      return `${apps} compared`;
    case 'noise':
      return `${apps} against itself`;
    case 'nightly':
      return `A night of ${apps}`;
    case 'plan':
      return `A plan for ${apps}`;
    case 'validation':
      return `The plan for ${apps}, measured`;
    case 'claims':
      return 'The claims, tested';
    default:
      return `${capital(kind)} of ${apps}`;
  }
}

const capital = (text: string): string => text.replace(/^./, (first) => first.toUpperCase());

/** A tour has two, and a plan has its evidence's. */
function workloadsOf({ run, trials }: ReportedRun): string {
  const measured =
    run.design?.kind === 'plan' ? [String(run.design.workload)] : workloadsIn(trials);
  if (measured.length === 0 || run.kind === 'claims') return '';
  return `, ${measured.length === 1 ? 'workload' : 'workloads'} ${measured.join(' and ')}`;
}

const workloadsIn = (trials: ReportedRun['trials']): string[] => [
  ...new Set(trials.map(({ plan }) => plan.workload)),
];

/** What has nothing to show is left out. */
function sectionsOf(runs: readonly ReportedRun[], views: readonly (readonly View[])[]): Section[] {
  const several = runs.length > 1;
  const section = (id: string, title: string, blocks: readonly Block[]): Section | false =>
    blocks.length > 0 && { id, title, body: drawBlocks(blocks) };
  const perRun = (blocksOf: (reported: ReportedRun, index: number) => Block[]): Block[] => {
    const all = runs.map(blocksOf);
    if (!several || all.every((blocks) => blocks.length === 0)) return all.flat();
    return all.flatMap((blocks, index) => [
      { kind: 'heading', text: `Run ${index + 1}`, id: runs[index]?.run.id },
      ...(blocks.length > 0 ? blocks : [nothingToShow]),
    ]);
  };
  const measured = runs.some(
    ({ found }) => found.ranges.length > 0 || (found.experiment && found.trials.length > 0),
  );
  const sections = [
    several && section('difference', 'What differs', differenceBlocks(runs)),
    { id: 'answer', title: 'The answer', body: answer(runs) },
    ...viewSections(ownViews(views)),
    section('load', 'Load', loadBlocks(runs)),
    section(
      'decomposition',
      'Where the time went',
      perRun((reported, index) => decompositionBlocks(reported, `parts-${index + 1}`)),
    ),
    section('routes', 'By route', perRun(routeBlocks)),
    timelines(runs),
    // A plan has none: it measures nothing.
    section('steps', 'Steps', perRun(stepBlocks)),
    measured && section('validity', 'Validity', perRun(validityBlocks)),
    section('configuration', 'Configuration', perRun(configurationBlocks)),
    section('provenance', 'Provenance', perRun(provenanceBlocks)),
  ];
  return sections.filter((one) => one !== false);
}

/** Ids stay unique when several runs stand side by side. */
const ownViews = (views: readonly (readonly View[])[]): View[] =>
  views.length < 2
    ? views.flat()
    : views.flatMap((own, run) =>
        own.map(({ id, title, blocks }) => ({
          id: `${id}-${run + 1}`,
          title: `${title} (run ${run + 1})`,
          blocks: blocks.map((block) =>
            block.kind === 'charts'
              ? {
                  ...block,
                  charts: block.charts.map((chart) => ({
                    ...chart,
                    name: `${chart.name}-${run + 1}`,
                  })),
                }
              : block,
          ),
        })),
      );
