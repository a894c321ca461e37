// What the marks of the charts mean.
import { appTitle } from '../../analysis/findings';
import { appColour, lineOfRun, lineSwatch, swatch } from './figure';
import { html, type Markup } from './markup';
import type { ReportedRun } from './reported-run';
import { coreColours } from './timeline';

const entry = (drawing: Markup, meaning: string): Markup => html`<li>${drawing} ${meaning}</li>`;

const appsOf = (runs: readonly ReportedRun[]): string[] => [
  ...new Set(runs.flatMap(({ run }) => run.subjects.map(({ app }) => app))),
];

export const legend = (runs: readonly ReportedRun[]): Markup => html`<ul class="legend">
${appsOf(runs).map((app) => entry(swatch(app, 'valid'), appTitle(app)))}
${entry(swatch('express', 'overloaded', 'currentColor'), 'hollow: overloaded')}
${entry(swatch('express', 'void', 'currentColor'), 'cross: void, counts for nothing')}
${runs.length > 1 && runs.map((_, run) => entry(lineSwatch('currentColor', lineOfRun(run)), `run ${run + 1}`))}
</ul>`;

export const timelineLegend = (runs: readonly ReportedRun[]): Markup => html`<ul class="legend">
${appsOf(runs).map((app) => entry(lineSwatch(appColour(app), 'solid'), appTitle(app)))}
${entry(lineSwatch(coreColours.database, 'solid'), 'PostgreSQL')}
${entry(lineSwatch(coreColours.generator, 'solid'), 'k6')}
${entry(lineSwatch(coreColours.others, [2, 2]), 'processes that are not the lab’s')}
</ul>`;
