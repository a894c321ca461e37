// A run as text, as a page and as slides: what any run has, with what its experiment adds. The last
// two are loaded when they are called for: they need ECharts and PowerPoint.
import { plural } from '../render/format';
import { paint, paper, type Screen, wrapProse } from '../render/screen';
import type { Slide } from '../render/slides/model';
import { stepBlocks } from '../render/steps';
import { renderBlocks, renderViews } from '../render/terminal';
import type { View } from '../render/view';
import { type ReportedRun, viewOf } from './index';
import { tourView } from './tour/view';

/** A tour, or a run of one scenario, asks nothing beyond its trials: those are its tables. */
const viewsOf = (reported: ReportedRun): View[] => {
  const { experiment } = reported.found;
  return experiment ? viewOf(experiment, reported.run) : [tourView(reported)];
};

/**
 * Its tables, then what qualifies them, and the answer last, where a terminal leaves the reader. An
 * experiment's tables stand in place of those of its trials.
 */
export function renderRun(reported: ReportedRun, screen: Screen = paper): string {
  const { run, found } = reported;
  const { host, runtime } = run;
  const prose = (text: string) => wrapProse(text, screen, '  ');
  return `${[
    `Run ${run.id} (${run.kind}, ${run.status})\n${plural(host.cores, 'core')}, ${host.cpuModel}, ${runtime.kind}, PostgreSQL ${runtime.postgres}`,
    found.experiment
      ? renderViews(viewsOf(reported), screen)
      : renderBlocks(stepBlocks(reported), screen),
    [...found.warnings, ...runtime.caveats].map((text) => prose(`Note: ${text}`)).join('\n'),
    run.incidents.map(({ part, what }) => prose(`Incident: ${part} ${what}.`)).join('\n'),
    found.sentences.map((text) => paint('bold', prose(text), screen)).join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

/** report.html of one run, or of several side by side. */
export async function renderReport(runs: readonly ReportedRun[]): Promise<string> {
  const { renderPage } = await import('../render/page/page.ts');
  return renderPage(runs, runs.map(viewsOf));
}

/** The slides of one run, or of several. */
export async function deckOf(runs: readonly ReportedRun[]): Promise<Slide[]> {
  const { arrangeDeck } = await import('../render/slides/slides.ts');
  return arrangeDeck(runs, runs.map(viewsOf));
}
