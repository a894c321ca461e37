// Open model: stairs of arrival rate. Requests come at the rate, whatever the subject does.
import { loadOf } from '../lib/load.ts';
import { scenarioOf } from '../lib/scenario.ts';

const scenario = scenarioOf({
  name: 'scaling',
  workload: 'micro',
  // From gentle to more than one core serves of any database workload, doubling.
  ratesRps: [50, 100, 200, 400, 800, 1600],
  // At the lowest rate 500 requests: enough for a p99.
  stepSeconds: 10,
  // What waited in a queue is over before the next step.
  gapSeconds: 2,
});

export const { options, setup, handleSummary } = scenario;
export { collect } from '../lib/generators.ts';
export default loadOf(scenario);
