// A run as text, as a page and as slides: what any run has, with what its experiment adds. The last
// two are loaded when they are called for: they need ECharts and PowerPoint.
import { renderRunText } from '../render/run-text';
import type { Slide } from '../render/slides/model';
import type { View } from '../render/view';
import { type ReportedRun, viewOf } from './index';
import { tourView } from './tour/view';

/** A tour, or a run of one scenario, asks nothing beyond its trials: those are its tables. */
const viewsOf = (reported: ReportedRun): View[] => {
  const { experiment } = reported.found;
  return experiment ? viewOf(experiment, reported.run) : [tourView(reported)];
};

export const renderRun = (reported: ReportedRun): string =>
  renderRunText(reported, viewsOf(reported));

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
