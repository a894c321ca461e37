// What the marks of an experiment's charts mean.
import { appColour, lineSwatch } from './figure';
import { markLegend } from './legend';
import { html, type Markup } from './markup';

const entry = (drawing: Markup, meaning: string): Markup => html`<li>${drawing} ${meaning}</li>`;

export const searchLegend = (app: string): Markup => html`<ul class="legend">
${markLegend(['held', 'broken', 'void'], app)}
${entry(lineSwatch(appColour(app), 'solid'), 'highest rate that holds')}
${entry(lineSwatch(appColour(app), [6, 4]), 'lowest rate that fails')}
</ul>`;

export const scaleLegend = (app: string): Markup => html`<ul class="legend">
${markLegend(['held', 'broken', 'void'], app)}
${entry(lineSwatch(appColour(app), 'solid'), 'the fitted law, with its 95 % band')}
</ul>`;
