// `lab compare` among the kinds of experiment.
import { analyseCompare } from '../analysis/comparing/compared';
import { renderComparedTable } from './compared-text';
import type { Kind } from './experiments';
import { comparedSections } from './html/compared-sections';

export const compare: Kind<'compare'> = {
  analyse: analyseCompare,
  renderText: renderComparedTable,
  sections: comparedSections,
};
