// A chart on the page: what it shows, in words; the drawing, at two widths; what its marks mean.
import type { EChartsOption, SeriesOption } from 'echarts';
import { type AppName, appColours, palette } from '../../../grafana/src/colours';
import { appTitle } from '../../results/findings';
import type { RunRecord } from '../../results/schemas';
import type { Outcome } from '../../results/trial/outcome';
import { html, type Markup, raw } from './markup';
import { inks, renderSvg, type Size } from './svg';

export type Chart = {
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

export const appColour = (app: string): string => appColours[app as AppName] ?? palette[0];

/** The one app that a sentence is about, of those of its run: its colour stands beside it. */
export function appOfSentence(sentence: string, among: readonly string[]): string | undefined {
  const named = among.filter((app) => sentence.includes(appTitle(app)));
  return named.length === 1 || among.length === 1 ? (named[0] ?? among[0]) : undefined;
}

export const appsOf = (runs: readonly { run: Pick<RunRecord, 'subjects'> }[]): string[] => [
  ...new Set(runs.flatMap(({ run }) => run.subjects.map(({ app }) => app))),
];

/** How far towards white each further series of one app is, from the second on. */
const tints = [0, 0.45, 0.7];

/** The colour of an app's series: its own for the first, tints of it for others. */
export function appTint(app: string, series: number): string {
  const white = tints[Math.min(series, tints.length - 1)] ?? 0;
  const mixed = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(appColour(app).slice(at, at + 2), 16);
    return Math.round(channel + white * (255 - channel))
      .toString(16)
      .padStart(2, '0');
  });
  return `#${mixed.join('').toUpperCase()}`;
}

/** Paths a symbol is drawn by, in a box of 10 by 10: apps differ in shape as well as in colour. */
const shapes: Record<AppName, string> = {
  express: 'M5 0A5 5 0 1 1 5 10A5 5 0 1 1 5 0Z',
  django: 'M5 -1L11 5L5 11L-1 5Z',
};
/** Of a second series of one app: neither app's. */
export const secondShape = 'M0.5 0.5H9.5V9.5H0.5Z';
const crossShape = 'M0.5 0.5L9.5 9.5M9.5 0.5L0.5 9.5';

/** The one code of all charts: filled, the SLO held; hollow, it broke; a thick ring, overloaded; a cross,
 *  void. What has no SLO is filled. */
export type Mark = Outcome;

/** How a point is drawn. */
export function symbolOf(
  app: string,
  mark: Mark,
  ground: string,
  colour = appColour(app),
  own = shapes[app as AppName] ?? shapes.express,
) {
  const shape = mark === 'void' ? crossShape : own;
  return {
    symbol: `path://${shape}`,
    symbolSize: mark === 'void' ? 8 : 9,
    itemStyle: {
      color: mark === 'held' ? colour : mark === 'void' ? 'none' : ground,
      borderColor: colour,
      borderWidth: borders[mark],
      // Scatter charts would make it less.
      opacity: 1,
    },
  };
}

const borders: Record<Mark, number> = { held: 0, broken: 1.5, overloaded: 3.5, void: 2 };

/** Runs side by side differ in the line, as apps do in colour. */
const lines: readonly (string | number[])[] = ['solid', [7, 4], [2, 3], [9, 3, 2, 3]];
export const mostRuns = lines.length;
export const lineOfRun = (run: number) => lines[run] as 'solid';

export function renderFigure(chart: Chart): Markup {
  const drawing = (width: keyof Chart['sizes']) => {
    const size = chart.sizes[width];
    const svg = renderSvg(chart.option(size), size, `${chart.name}-${width}`);
    return raw(
      svg.replace(
        '<svg ',
        `<svg class="${width}" role="img" aria-labelledby="${chart.name} ${chart.name}-summary" `,
      ),
    );
  };
  return html`<figure>
<figcaption><h3 id="${chart.name}">${chart.title}</h3><p>${chart.reading}</p>
<p class="unseen" id="${chart.name}-summary">${chart.summary}</p></figcaption>
${drawing('wide')}${drawing('narrow')}
</figure>`;
}

/** A small drawing of a mark, for legends. */
export const swatch = (app: string, mark: Mark, colour?: string): Markup =>
  drawnSwatch(symbolOf(app, mark, 'var(--ground)', colour));

type Drawn = {
  symbol: string;
  itemStyle: { color: string; borderColor: string; borderWidth: number; opacity?: number };
};

export const drawnSwatch = ({ symbol, itemStyle }: Drawn): Markup =>
  raw(
    `<svg class="swatch" viewBox="-2 -2 14 14" aria-hidden="true"><path d="${symbol.slice(7)}" fill="${itemStyle.color}" stroke="${itemStyle.borderColor}" stroke-width="${itemStyle.borderWidth}" opacity="${itemStyle.opacity ?? 1}"/></svg>`,
  );

export const lineSwatch = (colour: string, dash: string | readonly number[]): Markup =>
  raw(
    `<svg class="swatch long" viewBox="0 0 28 10" aria-hidden="true"><path d="M0 5H28" stroke="${colour}" stroke-width="2" stroke-dasharray="${typeof dash === 'string' ? '' : dash.join(' ')}"/></svg>`,
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
