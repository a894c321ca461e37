// A workload that somebody brings: a k6 file whose default function makes one request and returns its
// answer. What is wrong with the file ends the test: it is no failure of the subject's.
import exec from 'k6/execution';
import type { RefinedResponse } from 'k6/http';
import type { Plan, Step, Summary } from '../../contract/plan.ts';
import { WORKLOADS } from '../workloads/index.ts';

/** What the function is handed. */
type Iteration = {
  baseUrl: string;
  /** From 1: of the user, and of its iteration. */
  user: number;
  iteration: number;
};

type Answer = RefinedResponse<'text'>;

const EXPORTS = ['default', 'isRight', 'status', 'thinkTimeSeconds'];

/**
 * Makes it known under its name.
 *
 * @param path of the file, as errors name it
 * @param file its exports
 */
export function declareOwn(name: string, path: string, file: Record<string, unknown>): void {
  const { default: run, isRight = () => true, status = 200, thinkTimeSeconds = 0 } = file;
  const strange = Object.keys(file).find((key) => !EXPORTS.includes(key));
  const faults = [
    [typeof run !== 'function', 'has no default function: write one that makes a request'],
    [strange !== undefined, `exports ${strange}: the lab takes ${EXPORTS.join(', ')} alone`],
    [typeof isRight !== 'function', 'exports isRight, which is no function of a body'],
    [!Number.isInteger(status), `exports status ${status}: give an HTTP status such as 201`],
    [!isSeconds(thinkTimeSeconds), `exports thinkTimeSeconds ${thinkTimeSeconds}: give seconds`],
  ] as const;
  for (const [isWrong, what] of faults) if (isWrong) throw new Error(`${path} ${what}.`);
  let iteration = 0;
  WORKLOADS[name] = {
    thinkTimeSeconds: thinkTimeSeconds as number,
    status: status as number,
    requests: [
      {
        ...{
          weight: 1,
          target: '/',
          name,
          isRight: judgedBy(isRight as (body: string) => unknown),
        },
        status: status as number,
        send: (baseUrl) => {
          iteration += 1;
          const about = { baseUrl, user: __VU, iteration };
          return answerOf(run as (about: Iteration) => unknown, about, path);
        },
      },
    ],
  };
}

/** Of a file that makes several requests in an iteration, where every rate and the SLO are of one. */
export function severalRequestsIn(plan: Plan, { steps }: Summary): string | undefined {
  // The smoke test makes other requests in its one iteration.
  if (plan.workloadFile === undefined || plan.scenario === 'smoke') return undefined;
  for (const [index, { iterations, latencyMs }] of steps.entries()) {
    const { load } = plan.steps[index] as Step;
    const users = load.model === 'closed' ? load.users : load.maxVUs;
    // The last iteration of each user may have been cut off after its request.
    const whole = (latencyMs?.count ?? 0) - users;
    if (whole <= iterations) continue;
    const each = (whole / Math.max(1, iterations)).toPrecision(2);
    return `${plan.workloadFile}: its default function makes ${each} requests in an iteration. Make one: rates and the SLO are of single requests.`;
  }
  return undefined;
}

/** A body that makes it throw, such as one that is no JSON, is a wrong one. */
const judgedBy = (isRight: (body: string) => unknown) => (body: string) => {
  try {
    return Boolean(isRight(body));
  } catch {
    return false;
  }
};

const isSeconds = (value: unknown): boolean => typeof value === 'number' && value >= 0;

function answerOf(run: (about: Iteration) => unknown, about: Iteration, path: string): Answer {
  let answer: unknown;
  try {
    answer = run(about);
  } catch (error) {
    if (String(error).includes('blacklisted')) {
      return fault(
        `${path}: it asks another host than ${about.baseUrl} (${error}). Ask only there.`,
      );
    }
    if (/unsupported protocol scheme|invalid URL|no Host in request URL/i.test(String(error))) {
      return fault(`${path}: ${error}. Ask for baseUrl and a path, such as \`\${baseUrl}/hello\`.`);
    }
    // k6's own: no answer came, which is the subject's failure.
    if (error instanceof Error && error.name === 'GoError') throw error;
    return fault(`${path}: its default function throws ${error}`);
  }
  if (!isAnswer(answer)) {
    return fault(`${path}: its default function returns no answer. Return what http.get() gives.`);
  }
  const { url, status, headers } = answer;
  if (!isAt(about.baseUrl, url)) {
    return fault(`${path}: it asks ${url}, which is not below ${about.baseUrl}. Ask only there.`);
  }
  const target = status >= 300 && status < 400 ? headers.Location : undefined;
  if (target !== undefined && /^(https?:)?\/\//.test(target) && !isAt(about.baseUrl, target)) {
    return fault(
      `${url} answers ${status}, a redirect to another host, ${target}: the lab loads ${about.baseUrl} alone. Ask for what answers itself.`,
    );
  }
  return answer;
}

const isAt = (baseUrl: string, url: string): boolean =>
  url === baseUrl || url.startsWith(`${baseUrl}/`) || url.startsWith(`${baseUrl}?`);

const isAnswer = (value: unknown): value is Answer =>
  typeof value === 'object' && value !== null && 'timings' in value && 'status' in value;

/** The lab ends the verb with it. */
export function tellFault(message: string): void {
  console.log(JSON.stringify({ event: 'fault', message }));
}

function fault(message: string): never {
  tellFault(message);
  exec.test.abort(message);
  throw new Error(message);
}
