// A chart as SVG text. Its inks are the page's CSS variables, so that it follows dark and light.
import { type EChartsOption, init } from 'echarts';
import type { Axis } from '../view';
import { html } from './markup';

export type Size = { width: number; height: number };

/** CSS variables of base.css. */
export const inks = { text: 'var(--muted)', rule: 'var(--rule)', ground: 'var(--ground)' } as const;

/** `name` begins the ids inside, which must differ between the charts of a page. */
export function renderSvg(option: EChartsOption, { width, height }: Size, name: string): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({
      animation: false,
      textStyle: { color: inks.text, fontFamily: 'inherit', fontSize: fontSize },
      ...option,
    });
    return plain(withTitles(chart.renderToSVGString({ useViewBox: true }), option), name);
  } finally {
    // It would keep the process alive.
    chart.dispose();
  }
}

const fontSize = 12;

/** A point whose data has a `title` says it when it is pointed at: no script is needed for that. */
function withTitles(svg: string, { series }: EChartsOption): string {
  const all = [series].flat() as ({ data?: readonly unknown[] } | undefined)[];
  const indexIn = (attributes: string, of: 'series' | 'data'): number =>
    Number(new RegExp(`ecmeta_${of}_index="(\\d+)"`).exec(attributes)?.[1] ?? Number.NaN);
  return svg.replace(
    /<(\w+)( [^>]*ecmeta_data_index=[^>]*)><\/\1>/g,
    (element, name: string, attributes: string) => {
      const point = all[indexIn(attributes, 'series')]?.data?.[indexIn(attributes, 'data')];
      return typeof point === 'object' && point !== null && 'title' in point
        ? `<${name}${attributes}>${html`<title>${String(point.title)}</title>`.text}</${name}>`
        : element;
    },
  );
}

/** Without what only a chart that answers the mouse needs. */
const plain = (svg: string, name: string): string =>
  svg
    .replace(/<style[\s\S]*?<\/style>\n?/g, '')
    .replace(/ (?:class|ecmeta_\w+|pointer-events|xml:space)="[^"]*"/g, '')
    .replace(
      / (?:width|height|xmlns(?::xlink)?|version|baseProfile)="[^"]*"/g,
      (attribute, at: number) => (at < svg.indexOf('>') ? '' : attribute),
    )
    .replace(/<rect [^>]*fill="none"><\/rect>\n?/, '')
    .replace(/\bzr\d+-/g, `${name}-`);

type ValueAxis = {
  type: 'value' | 'log';
  name?: string;
  logBase?: number;
  min?: number;
  max?: number;
};

/** Horizontal axes are named below; what the vertical one shows stands in the caption. */
export const horizontal = (axis: ValueAxis) => ({
  ...axis,
  nameLocation: 'middle' as const,
  nameGap: 26,
  nameTextStyle: { color: inks.text, fontSize },
  axisLabel: { color: inks.text, fontSize, hideOverlap: true },
  axisLine: { lineStyle: { color: inks.text }, onZero: false },
  axisTick: { lineStyle: { color: inks.text } },
  splitLine: { show: false },
});

export const vertical = (axis: ValueAxis) => ({
  ...axis,
  axisLabel: { color: inks.text, fontSize },
  axisLine: { show: false },
  axisTick: { show: false },
  splitLine: { lineStyle: { color: inks.rule } },
});

export const scaleOf = ({ log, min, max }: Axis) => ({
  type: log ? ('log' as const) : ('value' as const),
  ...(log && { logBase: log }),
  ...(typeof min === 'number' && { min }),
  ...(max !== undefined && { max }),
});

export const yAxisOf = (axis: Axis): NonNullable<EChartsOption['yAxis']> => ({
  ...vertical(scaleOf(axis)),
  ...(axis.min === 'data' && { scale: true, splitNumber: 4 }),
  ...(axis.whole && { minInterval: 1 }),
  ...(axis.format && {
    axisLabel: { color: inks.text, fontSize: 12, formatter: axis.format },
  }),
});
