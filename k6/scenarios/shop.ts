// The shop as it is visited: most look, some fill a cart, few buy. Stairs of rate or of users.
import { loadOf } from '../lib/load.ts';
import { scenarioOf } from '../lib/scenario.ts';

const scenario = scenarioOf({
  name: 'shop',
  workload: 'mixed',
  // From a few visitors to more than one core serves of pages.
  ratesRps: [10, 20, 40, 80, 160, 320],
  // With HEADROOM_MODEL=closed. Each thinks between two requests, so they are more than elsewhere.
  users: [4, 8, 16, 32, 64, 128],
  stepSeconds: 10,
  gapSeconds: 2,
});

export const { options, setup, handleSummary } = scenario;
export default loadOf(scenario);
