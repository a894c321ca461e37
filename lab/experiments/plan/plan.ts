// A plan, for the terminal and for the page.

import type { Kind } from '../kind';
import { planSections } from './html';
import { analysePlan } from './plan-result';
import { renderPlans } from './text';

export const plan: Kind<'plan'> = {
  analyse: (design) => analysePlan(design),
  renderText: renderPlans,
  sections: planSections,
};
