// A rate that climbs without a rest until the SLO breaks, by hand, or to the end of the plan.
import { loadOf } from '../lib/load.ts';
import { scenarioOf } from '../lib/scenario.ts';

const scenario = scenarioOf({
  name: 'breakpoint',
  workload: 'mixed',
  // By a quarter, from a rate that any core holds to one that none does.
  ratesRps: Array.from({ length: 18 }, (_, step) => Math.round(20 * 1.25 ** step)),
  stepSeconds: 10,
  gapSeconds: 0,
});

export const { options, setup, handleSummary } = scenario;
export { collect } from '../lib/generators.ts';
export default loadOf(scenario);
