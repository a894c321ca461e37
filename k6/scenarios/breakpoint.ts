// A rate that climbs without a rest until the SLO breaks, by hand, or to the end of the plan.
import { loadOf } from '../lib/load.ts';
import { scenarioOf } from '../lib/scenario.ts';

const scenario = scenarioOf('breakpoint');

export const { options, setup, handleSummary } = scenario;
export default loadOf(scenario);
