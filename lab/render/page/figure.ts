// A figure on the page: what it shows, in words; the drawing, at two widths.
import type { EChartsOption, SeriesOption } from 'echarts';
import { colourOf, type Mark } from '../looks';
import { swatch as lookSwatch, symbolOf as lookSymbol } from './marks';
import { html, type Markup, raw } from './markup';
import { inks, renderSvg, type Size } from './svg';

export type Figure = {
  /** Unique on the page, fit for an id. */
  name: string;
  title: string;
  /** How to read it, in a sentence. */
  reading: string;
  /** What it shows, for whoever does not see it. */
  summary: string;
  sizes: { wide: Size; narrow: Size };
  option: (size: Size) => EChartsOption;
};

export function renderFigure({ name, title, reading, summary, sizes, option }: Figure): Markup {
  const drawing = (width: keyof Figure['sizes']) => {
    const size = sizes[width];
    const svg = renderSvg(option(size), size, `${name}-${width}`);
    return raw(
      svg.replace(
        '<svg ',
        `<svg class="${width}" role="img" aria-labelledby="${name} ${name}-summary" `,
      ),
    );
  };
  return html`<figure>
<figcaption><h3 id="${name}">${title}</h3><p>${reading}</p>
<p class="unseen" id="${name}-summary">${summary}</p></figcaption>
${drawing('wide')}${drawing('narrow')}
</figure>`;
}

// ---- until all experiments bring views

export { appColour, appOfSentence, appsOf, appTint, type Mark, mostRuns } from '../looks';
export type Chart = Figure;

/** How a point is drawn. */
export function symbolOf(app: string, mark: Mark, ground: string, colour?: string) {
  const drawn = lookSymbol({ app }, mark, ground);
  if (colour === undefined) return drawn;
  const { itemStyle } = drawn;
  const color = itemStyle.color === colourOf({ app }) ? colour : itemStyle.color;
  return { ...drawn, itemStyle: { ...itemStyle, color, borderColor: colour } };
}
export const swatch = (app: string, mark: Mark): Markup => lookSwatch({ app }, mark);

type Drawn = {
  symbol: string;
  itemStyle: { color: string; borderColor: string; borderWidth: number; opacity?: number };
};
export const drawnSwatch = ({ symbol, itemStyle }: Drawn): Markup =>
  raw(
    `<svg class="swatch" viewBox="-2 -2 14 14" aria-hidden="true"><path d="${symbol.slice(7)}" fill="${itemStyle.color}" stroke="${itemStyle.borderColor}" stroke-width="${itemStyle.borderWidth}" opacity="${itemStyle.opacity ?? 1}"/></svg>`,
  );

/** A bound of an SLO, across the whole chart. */
export const sloLine = (boundMs: number): SeriesOption => ({
  type: 'line',
  data: [],
  silent: true,
  markLine: {
    silent: true,
    symbol: 'none',
    lineStyle: { color: inks.text, width: 1.5, type: [6, 4] },
    label: {
      formatter: `SLO ${boundMs} ms`,
      position: 'insideStartTop',
      color: inks.text,
      fontSize: 12,
    },
    data: [{ yAxis: boundMs }],
  },
});
