// How the two arms of a comparison look: apart in colour, in shape and in place.
import { palette } from '../../../grafana/src/colours';
import type { Arm } from '../../analysis/comparing/block-order';
import { appColour } from './figure';
import { html, type Markup, raw } from './markup';

export type ArmLook = { label: string; colour: string; symbol: string };
export type ArmLooks = Record<Arm, ArmLook>;

/** Two configurations of one app share its shape nowhere, and its colour only in the first arm. */
export const armLooks = (apps: Record<Arm, string>, labels: Record<Arm, string>): ArmLooks => ({
  a: { label: labels.a, colour: appColour(apps.a), symbol: 'circle' },
  b: {
    label: labels.b,
    colour: apps.a === apps.b ? palette[0] : appColour(apps.b),
    symbol: 'diamond',
  },
});

const paths = { a: 'M5 0A5 5 0 1 1 5 10A5 5 0 1 1 5 0Z', b: 'M5 -1L11 5L5 11L-1 5Z' };

/** The mark of an arm's runs, for legends. */
const armSwatch = (looks: ArmLooks, arm: Arm): Markup =>
  raw(
    `<svg class="swatch" viewBox="-2 -2 14 14" aria-hidden="true"><path d="${paths[arm]}" fill="${looks[arm].colour}"/></svg>`,
  );

export const armLegend = (looks: ArmLooks): Markup => html`<ul class="legend">
${(['a', 'b'] as const).map((arm) => html`<li>${armSwatch(looks, arm)} ${looks[arm].label}</li>`)}
</ul>`;
