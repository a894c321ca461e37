// A run as text, as a page and as slides: what any run has, with what its experiment adds. The last
// two are loaded when they are called for: they need ECharts and PowerPoint.
import type { Section } from '../render/page/shell';
import { renderRunText } from '../render/run-text';
import type { Slide } from '../render/slides/model';
import { renderViews } from '../render/terminal';
import type { RunRecord } from '../results/schemas';
import {
  experimentSections,
  experimentSlides,
  experimentText,
  type ReportedRun,
  type RunFindings,
  viewOf,
} from './index';

export function renderRun(run: RunRecord, found: RunFindings): string {
  const { experiment } = found;
  return renderRunText(run, found, experiment && textOf(run, experiment));
}

/** The tables of an experiment, without the sentences, which stand below them. */
export function textOf(run: RunRecord, experiment: NonNullable<RunFindings['experiment']>): string {
  const views = viewOf(experiment, run);
  return views ? renderViews(views) : experimentText(experiment);
}

/** report.html of one run, or of several side by side. */
export async function renderReport(runs: readonly ReportedRun[]): Promise<string> {
  const { renderPage } = await import('../render/page/page.ts');
  const { sectionsOf } = await import('../render/page/draw-view.ts');
  const own = async ({ run, found: { experiment } }: ReportedRun): Promise<Section[]> => {
    if (experiment === undefined) return [];
    const views = viewOf(experiment, run);
    return views ? sectionsOf(views) : experimentSections(experiment, run);
  };
  return renderPage(runs, await Promise.all(runs.map(own)));
}

/** The slides of one run, or of several. */
export async function deckOf(runs: readonly ReportedRun[]): Promise<Slide[]> {
  const { arrangeDeck } = await import('../render/slides/slides.ts');
  const { slidesOf } = await import('../render/slides/draw-view.ts');
  const own = async (reported: ReportedRun): Promise<Slide[]> => {
    const { run, found } = reported;
    const { experiment } = found;
    if (experiment === undefined) {
      const { tourSlides } = await import('./tour/slides.ts');
      return tourSlides(reported);
    }
    const views = viewOf(experiment, run);
    return views ? slidesOf(views, run.id) : experimentSlides(reported, experiment);
  };
  return arrangeDeck(runs, await Promise.all(runs.map(own)));
}
