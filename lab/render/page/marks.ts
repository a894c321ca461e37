// The one code of all marks: filled, the SLO held; hollow, it broke; a thick ring, overloaded; a cross,
// void. What has no SLO is filled. Apps differ in shape as well as in colour.
import type { Marker } from '../../../contract/app';
import { shownApp } from '../../../contract/apps';
import { colourOf, type Look, type Mark } from '../looks';
import type { Colour, Line } from '../view';
import { html, type Markup } from './markup';
import { inks } from './svg';

/** Paths a symbol is drawn by, in a box of 10 by 10. */
const shapes: Record<Marker, string> = {
  circle: 'M5 0A5 5 0 1 1 5 10A5 5 0 1 1 5 0Z',
  diamond: 'M5 -1L11 5L5 11L-1 5Z',
  triangle: 'M5 -0.5L10.5 9.5H-0.5Z',
  hexagon: 'M2.5 0.5H7.5L10.5 5L7.5 9.5H2.5L-0.5 5Z',
};
/** Of a second series of one app: neither app's. */
const secondShape = 'M0.5 0.5H9.5V9.5H0.5Z';
const crossShape = 'M0.5 0.5L9.5 9.5M9.5 0.5L0.5 9.5';
const dashShape = 'M0 3.5H10V6.5H0Z';

const borders: Record<Mark, number> = {
  held: 0,
  broken: 1.5,
  overloaded: 3.5,
  void: 2,
  extended: 1,
  refused: 0,
};

/** How a point is drawn; without a look it is nobody's. */
export function symbolOf(look: Look | undefined, mark: Mark, ground: string = inks.ground) {
  const colour = look ? colourOf(look) : 'currentColor';
  const marker = shownApp(look?.app ?? '')?.marker ?? 'circle';
  const own = look?.second ? secondShape : shapes[marker];
  const shape = mark === 'void' ? crossShape : mark === 'refused' ? dashShape : own;
  const isHollow = mark === 'broken' || mark === 'overloaded';
  return {
    symbol: `path://${shape}`,
    symbolSize: mark === 'void' ? 8 : mark === 'refused' ? [11, 3] : 9,
    itemStyle: {
      color: mark === 'void' ? 'none' : isHollow ? ground : colour,
      borderColor: colour,
      borderWidth: borders[mark],
      // Scatter charts would make it less.
      opacity: mark === 'extended' ? 0.35 : 1,
    },
  };
}

/** A small drawing of a mark, for legends and tables. */
export function swatch(look: Look | undefined, mark: Mark): Markup {
  const { symbol, itemStyle } = symbolOf(look, mark, 'var(--ground)');
  const { color, borderColor, borderWidth, opacity } = itemStyle;
  return html`<svg class="swatch" viewBox="-2 -2 14 14" aria-hidden="true"><path d="${symbol.slice(7)}" fill="${color}" stroke="${borderColor}" stroke-width="${borderWidth}" opacity="${opacity}"/></svg>`;
}

export const lineSwatch = ({ colour = 'currentColor', dash = [] }: Line): Markup =>
  html`<svg class="swatch long" viewBox="0 0 28 10" aria-hidden="true"><path d="M0 5H28" stroke="${inkOf(colour)}" stroke-width="2" stroke-dasharray="${dash.join(' ')}"/></svg>`;

export const squareSwatch = (colour: Colour): Markup =>
  html`<svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><rect width="10" height="10" fill="${inkOf(colour)}"/></svg>`;

/** On the page, whose own inks follow dark and light. */
export const inkOf = (colour: Colour): string =>
  colour === 'ink' ? 'var(--ink)' : colour === 'muted' ? inks.text : colour;
