// What the marks of the charts mean.

import { appTitle } from '../../results/findings';
import type { ReportedRun } from '../../results/reported-run';
import { appColour, appsOf, lineOfRun, lineSwatch, type Mark, swatch } from './figure';
import { html, type Markup } from './markup';
import { coreColours } from './timeline';

const entry = (drawing: Markup, meaning: string): Markup => html`<li>${drawing} ${meaning}</li>`;

/** What a mark says, in every chart that has marks. */
const meanings: Record<Mark, string> = {
  held: 'filled: SLO held',
  broken: 'hollow: SLO broken',
  overloaded: 'thick ring: SLO broken, overloaded',
  void: 'cross: void, counts for nothing',
};

/** @param app whose shape and colour the marks have; neutral without */
export const markLegend = (marks = Object.keys(meanings) as Mark[], app?: string): Markup[] =>
  marks.map((mark) =>
    entry(swatch(app ?? 'express', mark, app ? undefined : 'currentColor'), meanings[mark]),
  );

export const legend = (runs: readonly ReportedRun[]): Markup => html`<ul class="legend">
${appsOf(runs).map((app) => entry(swatch(app, 'held'), appTitle(app)))}
${markLegend()}
${runs.length > 1 && runs.map((_, run) => entry(lineSwatch('currentColor', lineOfRun(run)), `run ${run + 1}`))}
</ul>`;

export const timelineLegend = (runs: readonly ReportedRun[]): Markup => html`<ul class="legend">
${appsOf(runs).map((app) => entry(lineSwatch(appColour(app), 'solid'), appTitle(app)))}
${entry(lineSwatch(coreColours.database, 'solid'), 'PostgreSQL')}
${entry(lineSwatch(coreColours.generator, 'solid'), 'k6')}
${entry(lineSwatch(coreColours.others, [2, 2]), 'processes that are not the lab’s')}
</ul>`;

export const searchLegend = (app: string): Markup => html`<ul class="legend">
${markLegend(['held', 'broken', 'void'], app)}
${entry(lineSwatch(appColour(app), 'solid'), 'highest rate that holds')}
${entry(lineSwatch(appColour(app), [6, 4]), 'lowest rate that fails')}
</ul>`;

export const scaleLegend = (app: string): Markup => html`<ul class="legend">
${markLegend(['held', 'broken', 'void'], app)}
${entry(lineSwatch(appColour(app), 'solid'), 'the fitted law, with its 95 % band')}
</ul>`;
