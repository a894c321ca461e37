// A calm load, all at once many times as much, and calm again: what it does, and how long it lasts.
import { loadOf } from '../lib/load.ts';
import { scenarioOf } from '../lib/scenario.ts';

const scenario = scenarioOf({
  name: 'spike',
  workload: 'mixed',
  // What a core serves in calm, ten times as much for as long as a mention on television, and calm.
  ratesRps: [20, 200, 20, 20],
  stepSeconds: 10,
  // What the spike does to what comes after it is the question.
  gapSeconds: 0,
});

export const { options, setup, handleSummary } = scenario;
export { collect } from '../lib/generators.ts';
export default loadOf(scenario);
