// report.html: one file with everything in it, which asks no network for anything.

import { appTitle } from '../../results/findings';
import type { ReportedRun } from '../../results/reported-run';
import { plural } from '../format';
import { answer } from './answer';
import { configuration, differenceTable, provenance } from './configuration';
import { decompositions } from './decomposition';
import { renderFigure } from './figure';
import { legend, timelineLegend } from './legend';
import { loadCharts } from './load-charts';
import { html, type Markup } from './markup';
import type { Section } from './shell';
import { renderShell } from './shell';
import { byArm, takesTurns } from './shown-trials';
import { stepTables } from './steps';
import { timelineChart } from './timeline';
import { validity } from './validity';

/**
 * One run, or several side by side.
 *
 * @param own what the experiment of each run shows of itself
 */
export function renderPage(
  runs: readonly ReportedRun[],
  own: readonly (readonly Section[])[] = [],
): string {
  return renderShell({
    title: titleOf(runs),
    about: html`${runs.map(({ run }, index) => html`<p class="about">${runs.length > 1 && html`<strong>Run ${index + 1}</strong> `}${run.startedAt.slice(0, 16).replace('T', ' ')} UTC · ${plural(run.host.cores, 'core')}, ${run.host.cpuModel} · ${run.runtime.kind} · <span class="id">${run.id}</span></p>`)}`,
    sections: sectionsOf(runs, own),
    footer: html`Made by <code>lab report</code> from what lies on disk; <code>analysis.json</code> beside it holds the same figures for machines.`,
  });
}

function titleOf(runs: readonly ReportedRun[]): string {
  const [only, another] = runs;
  if (only === undefined) throw new RangeError('a report needs a run');
  if (another !== undefined) return `${runs.length} runs side by side`;
  const { run } = only;
  const apps = [...new Set(run.subjects.map(({ app }) => appTitle(app)))].join(' and ');
  const kind =
    run.kind === 'run'
      ? (run.trials.at(-1)?.scenario ?? run.kind)
      : run.kind === 'scale'
        ? `scaling by ${run.design?.kind === 'scale' ? run.design.by : 'levels'}`
        : run.kind;
  if (run.kind === 'claims') return 'The claims, tested';
  return `${kind.replace(/^./, (first) => first.toUpperCase())} of ${apps}${workloadsOf(only)}`;
}

/** A tour has two, and a plan has its evidence's. */
function workloadsOf({ run, trials }: ReportedRun): string {
  const measured =
    run.design?.kind === 'plan' ? [String(run.design.workload)] : workloadsIn(trials);
  if (measured.length === 0) return '';
  return `, ${measured.length === 1 ? 'workload' : 'workloads'} ${measured.join(' and ')}`;
}

const workloadsIn = (trials: ReportedRun['trials']): string[] => [
  ...new Set(trials.map(({ plan }) => plan.workload)),
];

const nothingToShow = html`<p class="check">This run left nothing to show.</p>`;

/** What has nothing to show is left out. */
function sectionsOf(runs: readonly ReportedRun[], own: readonly (readonly Section[])[]): Section[] {
  const several = runs.length > 1;
  const perRun = (render: (reported: ReportedRun, index: number) => Markup | Markup[]) =>
    html`${runs.map((reported, index) => html`${several && html`<h3 class="which">Run ${index + 1} <span class="id">${reported.run.id}</span></h3>`}${render(reported, index)}`)}`;
  // Arms in turns climb no stairs: their charts are their own.
  const charts = loadCharts(runs.filter((reported) => !takesTurns(reported)));
  const timelines = runs.map((reported, index) => timelineChart(reported, `timeline-${index + 1}`));
  const divided = runs.map((reported, index) => decompositions(reported, `parts-${index + 1}`));
  const measured = runs.some(
    ({ found }) => found.ranges.length > 0 || (found.experiment && found.trials.length > 0),
  );
  const sections: (Section | false)[] = [
    several && { id: 'difference', title: 'What differs', body: differenceTable(runs) },
    { id: 'answer', title: 'The answer', body: answer(runs) },
    ...ownSections(own),
    charts.length > 0 && {
      id: 'load',
      title: 'Load',
      body: html`${legend(runs)}<div class="charts">${charts.map(renderFigure)}</div>`,
    },
    divided.some((body) => body !== null) && {
      id: 'decomposition',
      title: 'Where the time went',
      body: perRun((_, index) => divided[index] ?? nothingToShow),
    },
    timelines.some((chart) => chart !== null) && {
      id: 'timeline',
      title: 'Timeline',
      body: html`${timelineLegend(runs)}${perRun((_, index) => {
        const chart = timelines[index];
        return chart ? renderFigure(chart) : nothingToShow;
      })}`,
    },
    // A plan has none: it measures nothing.
    runs.some(({ trials }) => trials.length > 0) && {
      id: 'steps',
      title: 'Steps',
      body: perRun((reported) => stepTables(byArm(reported))),
    },
    measured && {
      id: 'validity',
      title: 'Validity',
      body: perRun((reported) => validity(byArm(reported))),
    },
    { id: 'configuration', title: 'Configuration', body: perRun(configuration) },
    { id: 'provenance', title: 'Provenance', body: perRun(provenance) },
  ];
  return sections.filter((section) => section !== false);
}

/** Ids stay unique when several runs stand side by side. */
function ownSections(own: readonly (readonly Section[])[]): Section[] {
  if (own.length < 2) return own.flat();
  return own.flatMap((sections, index) =>
    sections.map(({ id, title, body }) => ({
      id: `${id}-${index + 1}`,
      title: `${title} (run ${index + 1})`,
      body,
    })),
  );
}
