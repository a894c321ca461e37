// A plan, for the terminal and for the page.
import { analysePlan } from '../analysis/planning/plan-result';
import { planSections } from './html/plan-sections';
import type { Kind } from './kind';
import { renderPlans } from './plan-text';

export const plan: Kind<'plan'> = {
  analyse: (design) => analysePlan(design),
  renderText: renderPlans,
  sections: planSections,
};
