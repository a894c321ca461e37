// `lab compare` among the kinds of experiment.
import { analyseCompare } from '../analysis/comparing/compared';
import { renderComparedTable } from './compared-text';
import { comparedSections } from './html/compared-sections';
import type { Kind } from './kind';

export const compare: Kind<'compare'> = {
  analyse: analyseCompare,
  renderText: renderComparedTable,
  sections: comparedSections,
};
