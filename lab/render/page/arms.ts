// How the two arms of a comparison look: apart in colour, in shape and in place.

import type { Series } from '../../measure/turns/interleaved';
import type { Arm } from '../../results/trial/designed';
import { appTint, drawnSwatch, type Mark, secondShape, symbolOf } from './figure';
import { markLegend } from './legend';
import { html, type Markup } from './markup';
import { inks } from './svg';

export type ArmLook = { label: string; colour: string; mark: (mark: Mark) => Drawn };
export type ArmLooks = Record<Arm, ArmLook>;
type Drawn = ReturnType<typeof symbolOf>;

/** An app has its own colour and shape in either arm; against itself, a tint and a square. */
export function armLooks(apps: Record<Arm, string>, labels: Record<Arm, string>): ArmLooks {
  const look = (arm: Arm): ArmLook => {
    const again = arm === 'b' && apps.a === apps.b;
    const colour = appTint(apps[arm], again ? 1 : 0);
    const shape = again ? secondShape : undefined;
    return {
      label: labels[arm],
      colour,
      mark: (mark) => symbolOf(apps[arm], mark, inks.ground, colour, shape),
    };
  };
  return { a: look('a'), b: look('b') };
}

/** What is drawn in the charts of these series: void runs are not. */
export function armLegend(looks: ArmLooks, series: readonly Series[]): Markup {
  const outcomes = new Set(series.flatMap(({ runs }) => runs.map(({ outcome }) => outcome)));
  const marks = (['held', 'broken', 'overloaded'] as const).filter((mark) => outcomes.has(mark));
  return html`<ul class="legend">
${(['a', 'b'] as const).map((arm) => html`<li>${drawnSwatch(looks[arm].mark('held'))} ${looks[arm].label}</li>`)}
${markLegend(marks)}
</ul>`;
}
