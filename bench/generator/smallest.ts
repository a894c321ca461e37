// The smallest k6 script that makes the requests of a plan with the outputs of the lab's own: it
// looks at no answer, samples nothing and counts nothing besides. For bench/generator.ts.
import http from 'k6/http';
import type { Options } from 'k6/options';
import type { Plan, Step } from '../../contract/plan.ts';
import { requestSequence, workloadNamed } from '../../k6/lib/workloads.ts';

const plan: Plan = JSON.parse(open(__ENV.PLAN as string));
const [step] = plan.steps as [Step];
const { load, durationSeconds } = step;
const duration = `${durationSeconds}s`;

export const options: Options = {
  scenarios: {
    [step.name]:
      load.model === 'closed'
        ? { executor: 'constant-vus', vus: load.users, duration, gracefulStop: '2s' }
        : {
            ...{ executor: 'constant-arrival-rate', rate: load.rateRps, timeUnit: '1s', duration },
            ...{ preAllocatedVUs: load.maxVUs, maxVUs: load.maxVUs, gracefulStop: '2s' },
          },
  },
  // Those of k6/lib/options.ts: the same series in Prometheus, at the same price.
  systemTags: ['scenario', 'name', 'status', 'expected_response', 'error_code'],
  tags: { run: plan.run, trial: String(plan.trial), app: plan.app, workload: plan.workload },
};

const { requests } = workloadNamed(plan.workload);
const urls = requestSequence(requests, plan.seed).map(({ target }) => plan.baseUrl + target);
const [only] = urls as [string];
let turn = __VU * 83;

export default requests.length === 1
  ? () => {
      http.get(only);
    }
  : () => {
      turn += 1;
      http.get(urls[turn % urls.length] as string);
    };
