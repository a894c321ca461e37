// Open model: stairs of arrival rate. Requests come at the rate, whatever the subject does.
import { loadOf } from '../lib/load.ts';
import { scenarioOf } from '../lib/scenario.ts';

const scenario = scenarioOf('scaling');

export const { options, setup, handleSummary } = scenario;
export default loadOf(scenario);
