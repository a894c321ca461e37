// The shop as it is visited: most look, some fill a cart, few buy. Stairs of rate or of users.
import { loadOf } from '../lib/load.ts';
import { scenarioOf } from '../lib/scenario.ts';

const scenario = scenarioOf('shop');

export const { options, setup, handleSummary } = scenario;
export default loadOf(scenario);
