// A scaling run, for the terminal and for the page.
import type { Kind } from './experiments';

export const scale: Kind<'scale'> = {
  analyse: () => ({ kind: 'scale', sentences: [], warnings: [] }),
  renderText: () => '',
  sections: () => [],
};
