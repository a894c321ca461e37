// Closed model: stairs of users. Each waits for its answer before it asks again.
import { loadOf } from '../lib/load.ts';
import { scenarioOf } from '../lib/scenario.ts';

const scenario = scenarioOf('concurrency');

export const { options, setup, handleSummary } = scenario;
export default loadOf(scenario);
