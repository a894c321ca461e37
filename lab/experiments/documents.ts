// A run as text, as a page and as slides: what any run has, with what its experiment adds. The last
// two are loaded when they are called for: they need ECharts and PowerPoint.
import { renderRunText } from '../render/run-text';
import type { Slide } from '../render/slides/model';
import type { RunRecord } from '../results/schemas';
import {
  experimentSections,
  experimentSlides,
  experimentText,
  type ReportedRun,
  type RunFindings,
} from './index';

export const renderRun = (run: RunRecord, found: RunFindings): string =>
  renderRunText(run, found, found.experiment && experimentText(found.experiment));

/** report.html of one run, or of several side by side. */
export async function renderReport(runs: readonly ReportedRun[]): Promise<string> {
  const { renderPage } = await import('../render/page/page.ts');
  const sections = runs.map(({ run, found: { experiment } }) =>
    experiment ? experimentSections(experiment, run) : [],
  );
  return renderPage(runs, await Promise.all(sections));
}

/** The slides of one run, or of several. */
export async function deckOf(runs: readonly ReportedRun[]): Promise<Slide[]> {
  const { arrangeDeck } = await import('../render/slides/slides.ts');
  return arrangeDeck(runs, await Promise.all(runs.map(experimentSlides)));
}
