// A dashboard of the catalogue: its question, its sections, its panels.
import { html, nothing } from 'lit-html';
import { appColours } from '../../../../grafana/src/colours';
import { phaseMarks } from '../../../../grafana/src/marks';
import {
  type Condition,
  conditionsOf,
  conditionTexts,
  type Dashboard,
  type Mark,
  panelsOf,
  queriesOf,
} from '../../../../grafana/src/model';
import { PanelView } from './panel';
import { clock, find, made, type View } from './view';

export class DashboardView {
  readonly element: HTMLElement;
  readonly uid: string;
  readonly marks: readonly Mark[];
  private readonly gaps: HTMLElement;
  private readonly why: HTMLElement;
  private readonly queries: readonly string[];
  private readonly panels = new Map<Element, PanelView>();
  private readonly sight = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        this.panels.get(target)?.setInSight(isIntersecting);
      }
    },
    // A little early, so that nobody scrolls into an empty panel.
    { rootMargin: '200px' },
  );

  constructor(dashboard: Dashboard) {
    const { uid, title, question, sections, marks = [] } = dashboard;
    const awaited = awaitedBy(dashboard);
    this.uid = uid;
    this.queries = panelsOf(dashboard)
      .flatMap(queriesOf)
      .map(({ name }) => name);
    this.marks = marks;
    this.element = made(html`
      <div>
        <h2>${title} <span>${question}</span></h2>
        <p class="why" hidden>${awaited.map((one) => conditionTexts[one])}</p>
        <ul class="legend" aria-label="Marks in the charts">
          ${marksLegend(marks)}<li class="gaps" hidden><span class="band gap"></span> <span></span></li>
        </ul>
        ${sections
          .filter(({ inGrafanaOnly }) => !inGrafanaOnly)
          .map(
            (section, index) => html`
            <section aria-label=${section.title}>
              <h3 class="section">${section.title}</h3>
              <div class="grid">
                ${section.panels.map((panel, at) => this.add(new PanelView(panel, `${uid}-${index}-${at}`, awaited)))}
              </div>
            </section>`,
          )}
      </div>`);
    this.gaps = find(this.element, '.gaps');
    this.why = find(this.element, '.why');
  }

  draw(view: View): void {
    const gaps = view.gaps.map(({ fromS, toS }) => `${clock(fromS)} to ${clock(toS)}`);
    this.gaps.hidden = gaps.length === 0;
    find(this.gaps, 'span:last-child').textContent =
      `no data: Prometheus was away from ${gaps.join(', and from ')}`;
    const { answers } = view.history;
    this.why.hidden =
      this.why.textContent === '' || this.queries.some((name) => answers[name]?.length);
    for (const panel of this.panels.values()) panel.draw(view);
  }

  remove(): void {
    this.sight.disconnect();
    for (const panel of this.panels.values()) panel.remove();
    this.element.remove();
  }

  private add(panel: PanelView): HTMLElement {
    this.panels.set(panel.element, panel);
    this.sight.observe(panel.element);
    return panel.element;
  }
}

/** What every panel waits for: said once, above them. */
function awaitedBy(dashboard: Dashboard): Condition[] {
  const [first = [], ...others] = panelsOf(dashboard).map(conditionsOf);
  return first.filter((one) => others.every((conditions) => conditions.includes(one)));
}

/** What stands behind the lines of every chart. */
function marksLegend(marks: readonly Mark[]) {
  const entry = (kind: string, colour: string, meaning: string) =>
    html`<li><span class=${kind} .style=${`background: ${colour}`}></span> ${meaning}</li>`;
  return [
    marks.some((one) => phaseMarks.includes(one))
      ? Object.entries(appColours).map(([app, colour]) => entry('band', colour, `a step on ${app}`))
      : nothing,
    marks
      .filter((one) => !phaseMarks.includes(one))
      .map(({ as, colour, name }) =>
        entry(as === 'region' ? 'strip' : 'line', colour, name.toLowerCase()),
      ),
  ];
}
