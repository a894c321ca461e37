// What the marks of an experiment's charts mean.
import { appColour, lineSwatch, swatch } from './figure';
import { html, type Markup } from './markup';

const entry = (drawing: Markup, meaning: string): Markup => html`<li>${drawing} ${meaning}</li>`;

export const searchLegend = (app: string): Markup => html`<ul class="legend">
${entry(swatch(app, 'valid'), 'filled: held')}
${entry(swatch(app, 'overloaded'), 'hollow: failed')}
${entry(swatch(app, 'void'), 'cross: void, counts for nothing')}
${entry(lineSwatch(appColour(app), 'solid'), 'highest rate that holds')}
${entry(lineSwatch(appColour(app), [6, 4]), 'lowest rate that fails')}
</ul>`;

export const scaleLegend = (app: string): Markup => html`<ul class="legend">
${entry(swatch(app, 'valid'), 'a measurement')}
${entry(swatch(app, 'void'), 'cross: void, left out of the fit')}
${entry(lineSwatch(appColour(app), 'solid'), 'the fitted law, with its 95 % band')}
</ul>`;
