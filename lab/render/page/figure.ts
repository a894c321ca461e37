// A figure on the page: what it shows, in words; the drawing, at two widths.
import type { EChartsOption } from 'echarts';
import { html, type Markup, raw } from './markup';
import { renderSvg, type Size } from './svg';

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

export function renderFigure({
  title,
  reading,
  summary,
  sizes,
  option,
  ...figure
}: Figure): Markup {
  // A workload is a part of it, and a run.json from elsewhere may name it anything.
  const name = figure.name.replace(/[^\w-]+/g, '-');
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
