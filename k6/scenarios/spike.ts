// A calm load, all at once many times as much, and calm again: what it does, and how long it lasts.
import { loadOf } from '../lib/load.ts';
import { scenarioOf } from '../lib/scenario.ts';

const scenario = scenarioOf('spike');

export const { options, setup, handleSummary } = scenario;
export default loadOf(scenario);
