// `lab compare` among the kinds of experiment.

import type { Kind } from '../kind';
import { analyseCompare } from './analyse';
import { comparedSections } from './html';
import { renderComparedTable } from './text';

export const compare: Kind<'compare'> = {
  analyse: analyseCompare,
  renderText: renderComparedTable,
  sections: comparedSections,
};
