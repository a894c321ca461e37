// A dashboard of the catalogue: its question, its sections, its panels.
import type { Dashboard } from '../../../../grafana/src/model';
import { element } from './element';
import { PanelView } from './panel';
import type { View } from './view';

export class DashboardView {
  readonly element: HTMLElement;
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

  constructor({ uid, title, question, sections }: Dashboard) {
    this.element = element(
      'div',
      {},
      element('h2', {}, `${title} `, element('span', {}, question)),
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
