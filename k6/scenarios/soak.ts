// One load held for long, in steps that must not differ: a leak, or a table that grows, shows.
import { loadOf } from '../lib/load.ts';
import { scenarioOf } from '../lib/scenario.ts';

const scenario = scenarioOf({
  name: 'soak',
  workload: 'mixed',
  // Ten minutes of a load that leaves room.
  ratesRps: Array.from({ length: 10 }, () => 30),
  stepSeconds: 60,
  gapSeconds: 0,
});

export const { options, setup, handleSummary } = scenario;
export { collect } from '../lib/generators.ts';
export default loadOf(scenario);
