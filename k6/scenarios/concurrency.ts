// Closed model: stairs of users. Each waits for its answer before it sends the next request.
import { loadOf } from '../lib/load.ts';
import { scenarioOf } from '../lib/scenario.ts';

const scenario = scenarioOf({
  name: 'concurrency',
  workload: 'micro',
  // From one user, who never waits for another, to five times a core's 12 connections.
  users: [1, 2, 4, 8, 16, 32, 64],
  stepSeconds: 10,
  gapSeconds: 2,
});

export const { options, setup, handleSummary } = scenario;
export { collect } from '../lib/generators.ts';
export default loadOf(scenario);
