// report.html: one file with everything in it, which asks no network for anything.

import type { ReportedRun } from '../../results/reported-run';
import { configurationBlocks, differenceBlocks, provenanceBlocks } from '../configuration';
import { decompositionBlocks } from '../decomposition';
import { plural } from '../format';
import { loadBlocks } from '../load-charts';
import { routeBlocks } from '../routes';
import { stepBlocks } from '../steps';
import { titleOf } from '../title';
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
    source: runs.map(({ run }) => run.id).join(', '),
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
