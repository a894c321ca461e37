// A dashboard of the catalogue: its question, its sections, its panels.
import { appColours, apps } from '../../../../grafana/src/colours';
import { phaseMarks } from '../../../../grafana/src/marks';
import type { Dashboard, Mark } from '../../../../grafana/src/model';
import { element } from './element';
import { PanelView } from './panel';
import type { View } from './view';

export class DashboardView {
  readonly element: HTMLElement;
  readonly marks: readonly Mark[];
  private readonly gapTimes = document.createTextNode('');
  private readonly gaps = element('li', {}, element('span', { class: 'band gap' }), this.gapTimes);
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

  constructor({ uid, title, question, sections, marks = [] }: Dashboard) {
    this.marks = marks;
    this.element = element(
      'div',
      {},
      element('h2', {}, `${title} `, element('span', {}, question)),
      marksLegend(marks, this.gaps),
      ...sections.map((section, index) =>
        element(
          'section',
          { 'aria-label': section.title },
          element('h3', { class: 'section' }, section.title),
          element(
            'div',
            { class: 'grid' },
            ...section.panels.map((panel, at) =>
              this.add(new PanelView(panel, `${uid}-${index}-${at}`)),
            ),
          ),
        ),
      ),
    );
  }

  draw(view: View): void {
    const gaps = view.gaps.map(({ fromS, toS }) => `${clock(fromS)} to ${clock(toS)}`);
    this.gaps.hidden = gaps.length === 0;
    this.gapTimes.textContent = ` no data: Prometheus was away from ${gaps.join(', and from ')}`;
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

/** What stands behind the lines of every chart. */
function marksLegend(marks: readonly Mark[], gaps: HTMLElement): HTMLElement {
  const mark = (kind: string, colour: string, meaning: string) => {
    const swatch = element('span', { class: kind });
    swatch.style.setProperty('background', colour);
    return element('li', {}, swatch, ` ${meaning}`);
  };
  return element(
    'ul',
    { class: 'legend marks', 'aria-label': 'Marks in the charts' },
    ...(marks.some((one) => phaseMarks.includes(one))
      ? apps.map((app) => mark('band', appColours[app], `a step on ${app}`))
      : []),
    ...marks
      .filter((one) => !phaseMarks.includes(one))
      .map(({ as, colour, name }) =>
        mark(as === 'region' ? 'strip' : 'line', colour, name.toLowerCase()),
      ),
    gaps,
  );
}

export const clock = (atS: number): string => new Date(atS * 1000).toTimeString().slice(0, 8);
