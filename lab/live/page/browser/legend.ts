// The legend of a chart: names, line styles and latest values, as text that can be read aloud.

import { boundColour } from '../../../../grafana/src/colours';
import type { Panel } from '../../../../grafana/src/model';
import { latest } from '../history';
import { formatValue } from '../labels';
import { element } from './element';
import { sayMost, viridis } from './heatmap';
import { boundDash, dashes } from './timeseries';
import type { NamedSeries, View } from './view';

export function legendOf(panel: Panel, series: readonly NamedSeries[], view: View): HTMLElement[] {
  if (panel.kind === 'heatmap')
    return series.length > 0 ? [scaleEntry(sayMost(panel, series))] : [];
  const entries = series.map((one) => {
    const value = latest(one, view.toS);
    const drawing =
      panel.kind === 'scatter'
        ? dot(one.colour, one.query.line)
        : stroke(one.colour, dashes[one.query.line ?? 'solid']);
    return entry(drawing, one.name, value === undefined ? '' : formatValue(value, panel.unit));
  });
  const bounds = panel.kind === 'timeseries' ? (panel.bounds ?? []) : [];
  return [
    ...entries,
    ...bounds.map(({ value, meaning }) =>
      entry(stroke(boundColour, boundDash), meaning, formatValue(value, panel.unit)),
    ),
  ];
}

const entry = (drawing: Element, name: string, value: string): HTMLElement =>
  element('li', {}, drawing, ` ${name} `, element('b', {}, value));

const scaleEntry = (most: string): HTMLElement => {
  const bar = element('span', { class: 'scale' });
  bar.style.setProperty('background', `linear-gradient(to right, ${viridis.join(', ')})`);
  return element('li', {}, 'few ', bar, ' many, at most ', element('b', {}, most), ' in a cell');
};

const svg = 'http://www.w3.org/2000/svg';

function drawing(box: string, name: 'path' | 'circle', attributes: Record<string, string>) {
  const outer = document.createElementNS(svg, 'svg');
  outer.setAttribute('viewBox', box);
  outer.setAttribute('aria-hidden', 'true');
  const shape = document.createElementNS(svg, name);
  for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, value);
  outer.append(shape);
  return outer;
}

const stroke = (colour: string, dash: readonly number[]) =>
  drawing('0 0 22 8', 'path', {
    d: 'M0 4H22',
    stroke: colour,
    'stroke-width': '2.5',
    'stroke-dasharray': dash.join(' '),
  });

const dot = (colour: string, line: NamedSeries['query']['line']) =>
  drawing('0 0 8 8', 'circle', {
    cx: '4',
    cy: '4',
    r: line === 'dotted' ? '2' : '3.2',
    fill: line === 'dashed' ? 'none' : colour,
    stroke: colour,
  });
