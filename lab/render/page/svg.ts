// A chart as SVG text. Its inks are the page's CSS variables, so that it follows dark and light.
import { type EChartsOption, init } from 'echarts';

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
    return plain(chart.renderToSVGString({ useViewBox: true }), name);
  } finally {
    // It would keep the process alive.
    chart.dispose();
  }
}

const fontSize = 12;

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
