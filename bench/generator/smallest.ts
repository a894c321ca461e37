// The smallest k6 script that makes the requests of a plan with the outputs of the lab's own: it
// looks at no answer, samples nothing and counts nothing besides. For bench/generator.ts.
import http from 'k6/http';
import type { Options, Scenario } from 'k6/options';
import type { Plan, Step } from '../../contract/plan.ts';
import { requestSequence } from '../../k6/lib/workload.ts';
import { workloadNamed } from '../../k6/workloads/index.ts';

const plan: Plan = JSON.parse(open(__ENV.HEADROOM_PLAN as string));
const { requests } = workloadNamed(plan.workload);
const urls = requestSequence(requests, plan.seed).map(({ target }) => plan.baseUrl + target);
const [only] = urls as [string];
let turn = __VU * 83;

export const options: Options = {
  scenarios: Object.fromEntries(
    plan.steps.map((step, index) => [step.name, scenarioOf(step, index * step.durationSeconds)]),
  ),
  // Those of k6/lib/options.ts: the same series in Prometheus, at the same price.
  systemTags: ['scenario', 'name', 'status', 'expected_response', 'error_code'],
  tags: { run: plan.run, trial: String(plan.trial), app: plan.app, workload: plan.workload },
};

export default requests.length === 1
  ? () => {
      http.get(only);
    }
  : () => {
      turn += 1;
      http.get(urls[turn % urls.length] as string);
    };

function scenarioOf({ load, durationSeconds }: Step, startSeconds: number): Scenario {
  const times = { duration: `${durationSeconds}s`, startTime: `${startSeconds}s` };
  if (load.model === 'closed') return { ...times, executor: 'constant-vus', vus: load.users };
  return {
    ...{ ...times, executor: 'constant-arrival-rate', rate: load.rateRps, timeUnit: '1s' },
    ...{ preAllocatedVUs: load.maxVUs, maxVUs: load.maxVUs },
  };
}
