// One panel: its title, what it means, its drawing, its legend. Drawn only while it is in sight.
import type { EChartsOption } from 'echarts';
import type { EChartsType } from 'echarts/core';
import { conditionsOf, conditionTexts, type Panel, queriesOf } from '../../../../grafana/src/model';
import { createChart } from './chart';
import { element } from './element';
import { statFigures, tableOf } from './figures';
import { heatmapOption } from './heatmap';
import { legendOf } from './legend';
import { scatterOption } from './scatter';
import { timeSeriesOption } from './timeseries';
import { type NamedSeries, namedSeries, type View } from './view';

export class PanelView {
  readonly element: HTMLElement;
  private readonly box = element('div', { class: 'drawing' });
  private readonly legend = element('ul', { class: 'legend' });
  private readonly empty = element('p', { class: 'empty' });
  private chart: EChartsType | undefined;
  private isInSight = false;
  private undrawn: View | undefined;

  constructor(
    private readonly panel: Panel,
    id: string,
  ) {
    const { title, kind, width } = panel;
    this.element = element(
      'article',
      { class: 'panel', 'data-kind': kind, 'data-width': String(width), 'aria-labelledby': id },
      element('h4', { id }, title),
      this.explanation(),
      this.box,
      this.empty,
      this.legend,
    );
    if (hasChart(panel)) {
      this.box.setAttribute('role', 'img');
      this.box.setAttribute('aria-labelledby', id);
    }
  }

  draw(view: View): void {
    if (!this.isInSight) {
      this.undrawn = view;
      return;
    }
    this.undrawn = undefined;
    const series = namedSeries(this.drawnQueries(), view, wordsOf(this.panel));
    const figures = this.figures(series, view);
    // A table of what has ended has series and no row.
    const isEmpty = (hasChart(this.panel) ? series : figures).length === 0;
    this.element.toggleAttribute('data-empty', isEmpty);
    this.empty.textContent = isEmpty ? whyEmpty(this.panel) : '';
    if (hasChart(this.panel)) this.drawChart(this.panel, series, view);
    else this.box.replaceChildren(...figures);
    this.legend.replaceChildren(
      ...(hasChart(this.panel) && !isEmpty ? legendOf(this.panel, series, view) : []),
    );
  }

  setInSight(isInSight: boolean): void {
    this.isInSight = isInSight;
    if (isInSight && this.undrawn) this.draw(this.undrawn);
  }

  remove(): void {
    this.chart?.dispose();
    this.element.remove();
  }

  private drawnQueries() {
    return this.panel.kind === 'scatter' ? this.panel.queries : queriesOf(this.panel);
  }

  private drawChart(panel: Chart, series: NamedSeries[], view: View): void {
    if (series.length === 0) {
      this.chart?.dispose();
      this.chart = undefined;
      return;
    }
    this.chart ??= createChart(this.box);
    this.chart.setOption(optionOf(panel, series, view), { notMerge: true, lazyUpdate: true });
  }

  private figures(series: NamedSeries[], view: View): Node[] {
    if (this.panel.kind === 'table') return tableOf(this.panel, view);
    return this.panel.kind === 'stat' ? statFigures(this.panel, series, view) : [];
  }

  private explanation(): HTMLElement {
    const { shows, read, bad } = this.panel.description;
    const term = (name: string, text: string) => [element('dt', {}, name), element('dd', {}, text)];
    return element(
      'details',
      {},
      element('summary', { 'aria-label': `${this.panel.title}: what it means` }, '?'),
      element(
        'dl',
        {},
        ...term('What this shows', shows),
        ...term('How to read it', read),
        ...term('What would be bad', bad),
        ...conditionsOf(this.panel).flatMap((condition) =>
          term('When there is something', conditionTexts[condition]),
        ),
      ),
    );
  }
}

type Chart = Exclude<Panel, { kind: 'stat' | 'table' }>;

const hasChart = (panel: Panel): panel is Chart => panel.kind !== 'stat' && panel.kind !== 'table';

const wordsOf = (panel: Panel): readonly string[] | undefined =>
  panel.kind === 'timeseries' ? panel.words : undefined;

function optionOf(panel: Chart, series: NamedSeries[], view: View): EChartsOption {
  switch (panel.kind) {
    case 'timeseries':
      return timeSeriesOption(panel, series, view);
    case 'scatter':
      return scatterOption(panel, series, view);
    case 'heatmap':
      return heatmapOption(panel, series, view);
  }
}

const whyEmpty = (panel: Panel): string =>
  ['Nothing here yet.', ...conditionsOf(panel).map((condition) => conditionTexts[condition])].join(
    ' ',
  );
