// A plan, for the terminal and for the page.
import { analysePlan } from '../analysis/planning/plan-result';
import type { Kind } from './kind';
import { planSections } from './html/plan-sections';
import { renderPlans } from './plan-text';

export const plan: Kind<'plan'> = {
  analyse: (design) => analysePlan(design),
  renderText: renderPlans,
  sections: planSections,
};
