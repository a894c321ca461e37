// One load held for long, in steps that must not differ: a leak, or a table that grows, shows.
import { loadOf } from '../lib/load.ts';
import { scenarioOf } from '../lib/scenario.ts';

const scenario = scenarioOf('soak');

export const { options, setup, handleSummary } = scenario;
export default loadOf(scenario);
