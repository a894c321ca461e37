// One panel: its title, what it means, its drawing, its legend. Drawn only while it is in sight.
import type { EChartsOption } from 'echarts';
import type { EChartsType } from 'echarts/core';
import { html, nothing, render, type TemplateResult } from 'lit-html';
import { apps } from '../../../../contract/apps';
import {
  type Condition,
  conditionsOf,
  conditionTexts,
  type Panel,
  queriesOf,
} from '../../../../grafana/src/model';
import { ofAppAsAWhole } from '../../../../grafana/src/queries/promql';
import { createChart, heatmapOption, scatterOption } from './charts';
import { legendOf, statFigures, tableOf } from './figures';
import { timeSeriesOption } from './timeseries';
import { type Chart, find, hasChart, made, type NamedSeries, namedSeries, type View } from './view';

export class PanelView {
  readonly element: HTMLElement;
  private readonly box: HTMLElement;
  private readonly legend: HTMLElement;
  private readonly empty: HTMLElement;
  private chart: EChartsType | undefined;
  private isInSight = false;
  private undrawn: View | undefined;

  constructor(
    private readonly panel: Panel,
    id: string,
    /** What the whole dashboard waits for, and says. */
    private readonly awaited: readonly Condition[],
  ) {
    const { title, kind, width, description } = panel;
    const term = (name: string, text: string) => html`<dt>${name}</dt><dd>${text}</dd>`;
    const isImage = hasChart(panel);
    const isTable = kind === 'table';
    this.element = made(html`
      <article class="panel" data-kind=${kind} data-width=${width} aria-labelledby=${id}>
        <h4 id=${id}>${title}</h4>
        <details>
          <summary aria-label="${title}: what it means">?</summary>
          <dl>
            ${term('What this shows', description.shows)}
            ${term('How to read it', description.read)}
            ${term('What would be bad', description.bad)}
            ${conditionsOf(panel).map((one) => term('When it has data', conditionTexts[one]))}
          </dl>
        </details>
        <div
          class="drawing"
          role=${isImage ? 'img' : isTable ? 'region' : nothing}
          aria-labelledby=${isImage || isTable ? id : nothing}
          tabindex=${isTable ? 0 : nothing}
        ></div>
        <p class="empty"></p>
        <ul class="legend"></ul>
      </article>`);
    this.box = find(this.element, '.drawing');
    this.empty = find(this.element, '.empty');
    this.legend = find(this.element, '.legend');
  }

  draw(view: View): void {
    if (!this.isInSight) {
      this.undrawn = view;
      return;
    }
    this.undrawn = undefined;
    const { panel } = this;
    const words = panel.kind === 'timeseries' ? panel.words : undefined;
    const queries = panel.kind === 'scatter' ? panel.queries : queriesOf(panel);
    const series = namedSeries(queries, view, words);
    const figures = this.figures(series, view);
    // A table of what has ended has series and no row.
    const isEmpty = (hasChart(panel) ? series : figures).length === 0;
    this.element.toggleAttribute('data-empty', isEmpty);
    this.empty.textContent = isEmpty ? whyEmpty(panel, this.awaited) : '';
    if (hasChart(panel)) this.drawChart(panel, series, view);
    else render(figures, this.box);
    render(hasChart(panel) && !isEmpty ? legendOf(panel, series, view) : nothing, this.legend);
  }

  setInSight(isInSight: boolean): void {
    this.isInSight = isInSight;
    if (isInSight && this.undrawn) this.draw(this.undrawn);
  }

  remove(): void {
    this.chart?.dispose();
    this.element.remove();
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

  private figures(series: NamedSeries[], view: View): TemplateResult[] {
    if (this.panel.kind === 'table') return tableOf(this.panel, view);
    return this.panel.kind === 'stat' ? statFigures(this.panel, series, view) : [];
  }
}

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

/** Apps that know nothing of the contract: which of its metrics they have, is their business. */
const others = apps.filter(({ serves }) => serves.length === 0).map(({ title }) => title);

function whyEmpty(panel: Panel, awaited: readonly Condition[]): string {
  // What k6 counts and what the lab tells has another reason.
  const isCountedByApps = queriesOf(panel).some(
    ({ expr }) => expr.includes(ofAppAsAWhole) && !/\b(k6|headroom)_/.test(expr),
  );
  const isOfPostgres =
    others.length === apps.length &&
    queriesOf(panel).every(({ expr }) => /\bpg_|\bdatabase\b/.test(expr));
  if (isOfPostgres) return 'No app here uses the PostgreSQL of the lab.';
  return [
    'No data in the time shown.',
    ...conditionsOf(panel)
      .filter((condition) => !awaited.includes(condition))
      .map((condition) => conditionTexts[condition]),
    ...(isCountedByApps && others.length > 0
      ? [`${others.join(' and ')} may not count it (docs/own-app.md).`]
      : []),
  ].join(' ');
}
