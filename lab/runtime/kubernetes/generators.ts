// Several k6 that share a plan's load: an Indexed Job with a pod for each, of the lab's own image and resources.
// They wait for one another at the lab's pod, which reads what they log; the Job goes with that pod.
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Plan } from '../../../contract/plan';
import { configuration } from '../../configuration/configuration';
import { labVariables } from '../../configuration/variables';
import { andThen, environmentError, Interrupted } from '../../errors';
import { writeFileAtomic } from '../../results/atomic';
import {
  graceSeconds,
  k6Arguments,
  memoryVariables,
  networkVariables,
  outputVariables,
  scenarioFile,
  shareVariables,
} from '../generator';
import { startTogether } from '../generators';
import { fetchSums } from '../metrics-page';
import type { Ending } from '../native/processes';
import type { Generator, OnLine } from '../runtime';
import type { Cluster } from './cluster';
import { endOf, obstacleOf, type Pod, untilGone } from './workload';

/** As the NetworkPolicies and the Service `k6` have them. */
const barrierPort = 6570;
const k6Port = 6565;

const startsWithinSeconds = 120;
/** An API server that is away for longer does not know how a pod ended. */
const answersWithinSeconds = 60;
const pollMs = 500;

/** Beside the plan: k6 itself refuses a host that does not stand there. */
const allowedName = 'allowed-hosts';

/** How a pod hands its summary on: its files end with it. */
const summaryMark = 'headroom-summary ';

export type JobGenerator = Generator & {
  /** CPU seconds of each so far; null of one that does not answer. */
  cpuSeconds(): Promise<(number | null)[]>;
};

type Options = {
  cluster: Cluster;
  /** The lab's own. */
  pod: Pod;
  plan: Plan & { generators: number };
  prometheusUrl: string;
  onLine: OnLine;
  /** Ends the wait for pods. */
  signal: AbortSignal;
};

/** As a lab names them, and the k6-operator does not. */
const jobName = ({ run, trial }: Plan): string => `k6-${run}-${trial}`.toLowerCase();
const isOfLab = (job: string): boolean => /^k6-\d{8}t\d{6}z-/.test(job);

const removeJob = (cluster: Pick<Cluster, 'remove'>, name: string): Promise<void> =>
  andThen(() => cluster.remove('jobs', name), [() => cluster.remove('configmaps', name)]);

/** A lab that was killed in its pod leaves generators, which go on loading: their Job goes with the pod alone. */
export async function removeLeftJobs(
  cluster: Pick<Cluster, 'pods' | 'remove'>,
  signal: AbortSignal,
): Promise<void> {
  const left = async () =>
    (await cluster.pods({ 'headroom/part': 'generator' })).filter(({ metadata }) =>
      isOfLab(metadata.labels['job-name'] ?? ''),
    );
  const jobs = new Set((await left()).flatMap(({ metadata }) => metadata.labels['job-name'] ?? []));
  for (const job of jobs) await removeJob(cluster, job);
  if (jobs.size > 0) await untilGone(left, signal);
}

export async function startJob(options: Options): Promise<JobGenerator> {
  const { cluster, plan } = options;
  const name = jobName(plan);
  const remove = () => removeJob(cluster, name);
  let created: Promise<void> | undefined;
  try {
    const meeting = { host: ownAddress(), port: barrierPort };
    const { all, ...together } = await startTogether(plan.generators, meeting, async (share) => {
      created ??= create(options, name, share.barrierUrl);
      await created;
      return onePod(options, name, share.number);
    });
    return {
      ...together,
      // What was measured counts, whatever becomes of the Job: it goes by itself in the end.
      ended: together.ended.finally(() =>
        remove().catch((error: Error) => {
          console.error(`The Job ${name} could not be removed: ${error.message}`);
        }),
      ),
      cpuSeconds: () =>
        Promise.all(all.map(({ address }) => cpuSecondsAt(address).catch(() => null))),
    };
  } catch (error) {
    return andThen(() => Promise.reject(error), [remove]);
  }
}

async function create(options: Options, name: string, barrierUrl: string): Promise<void> {
  const { cluster, pod, plan } = options;
  const metadata = {
    name,
    labels: { 'app.kubernetes.io/part-of': 'headroom' },
    ownerReferences: [
      { apiVersion: 'v1', kind: 'Pod', name: pod.metadata.name, uid: pod.metadata.uid },
    ],
  };
  const { allowFile } = configuration;
  // Nothing is left of a pod's files but what it prints.
  const { sessionsPath: _, ...own } = plan;
  const data = {
    'plan.json': JSON.stringify({ ...own, summaryPath: '/tmp/summary.json' }),
    ...(allowFile !== undefined && { [allowedName]: readFileSync(allowFile, 'utf8') }),
  };
  await cluster.create('configmaps', { metadata, data });
  await cluster.create('jobs', { metadata, spec: jobOf(options, name, barrierUrl) });
}

/** Confined as all pods are (kubernetes/base/confined.yaml). */
function jobOf({ pod, plan, prometheusUrl }: Options, name: string, barrierUrl: string) {
  const command = ['k6', ...k6Arguments(scenarioFile(plan.scenario), `0.0.0.0:${k6Port}`)];
  const script = `
HEADROOM_GENERATOR=$((JOB_COMPLETION_INDEX + 1)) "$@"
code=$?
printf '${summaryMark}%s\\n' "$(tr -d '\\n' </tmp/summary.json.$((JOB_COMPLETION_INDEX + 1)))"
exit $code`;
  const env = {
    ...shareVariables({ number: 1, barrierUrl }),
    ...outputVariables(prometheusUrl),
    ...networkVariables(),
    // Its pods have the limits of this one.
    ...memoryVariables(),
    HEADROOM_PLAN: '/plan/plan.json',
    ...(configuration.allowFile !== undefined && {
      [labVariables.allowFile.name]: `/plan/${allowedName}`,
    }),
  };
  const [own] = pod.spec.containers;
  return {
    ...{ completionMode: 'Indexed', completions: plan.generators, parallelism: plan.generators },
    // One that fails ends none of the others: the lab stops them, and they write their summaries.
    ...{ backoffLimitPerIndex: 0, ttlSecondsAfterFinished: 600 },
    template: {
      metadata: {
        labels: { 'app.kubernetes.io/part-of': 'headroom', 'headroom/part': 'generator' },
      },
      spec: {
        ...{ restartPolicy: 'Never', automountServiceAccountToken: false },
        ...{ enableServiceLinks: false, terminationGracePeriodSeconds: 15 },
        securityContext: {
          ...{ runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000 },
          seccompProfile: { type: 'RuntimeDefault' },
        },
        containers: [
          {
            name: 'k6',
            image: own?.image,
            imagePullPolicy: 'IfNotPresent',
            command: ['bash', '-c', script, 'k6', ...command],
            env: Object.entries(env).map(([variable, value]) => ({ name: variable, value })),
            resources: own?.resources,
            securityContext: {
              ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
              capabilities: { drop: ['ALL'] },
            },
            volumeMounts: [
              { name: 'plan', mountPath: '/plan' },
              { name: 'tmp', mountPath: '/tmp' },
            ],
          },
        ],
        volumes: [
          { name: 'plan', configMap: { name } },
          { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
        ],
      },
    },
  };
}

type PodGenerator = Generator & { address: string };

async function onePod(options: Options, job: string, number: number): Promise<PodGenerator> {
  const { cluster } = options;
  const pod = await untilRunning(options, job, number);
  const { name } = pod.metadata;
  const address = `http://${pod.status.podIP}:${k6Port}`;
  const closing = new AbortController();
  const ended = untilEnded(options, name, number, closing.signal);
  return {
    address,
    ended,
    stop: async () => {
      const isStopping = await askToStop(address, ended, graceSeconds * 1000);
      if (isStopping) return;
      await cluster.remove('jobs', job);
      // A node that was lost would never end its log.
      closing.abort();
    },
  };
}

/**
 * As a first Ctrl-C would: k6 still writes its summary. One that has only begun does not answer yet.
 *
 * @returns whether it has agreed, or has ended
 */
export async function askToStop(
  address: string,
  ended: Promise<unknown>,
  withinMs: number,
): Promise<boolean> {
  const attributes = { stopped: true };
  const body = JSON.stringify({ data: { type: 'status', id: 'default', attributes } });
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  void ended.then(over, over);
  const deadline = Date.now() + withinMs;
  while (!isOver && Date.now() < deadline) {
    const signal = AbortSignal.timeout(Math.min(withinMs, 5000));
    const answer = await fetch(`${address}/v1/status`, { method: 'PATCH', body, signal }).catch(
      () => undefined,
    );
    if (answer?.ok) return true;
    await sleep(pollMs);
  }
  return isOver;
}

async function untilRunning(
  { cluster, signal }: Options,
  job: string,
  number: number,
): Promise<Pod> {
  const labels = {
    'job-name': job,
    'batch.kubernetes.io/job-completion-index': String(number - 1),
  };
  const deadline = Date.now() + startsWithinSeconds * 1000;
  let last: Pod | undefined;
  while (Date.now() < deadline) {
    if (signal.aborted) throw new Interrupted();
    [last] = await cluster.pods(labels);
    if (last !== undefined && last.status.phase !== 'Pending') return last;
    await sleep(pollMs);
  }
  const obstacle = last && obstacleOf([last]);
  const why = obstacle?.why ?? 'its pod was not created: does a quota refuse it?';
  throw environmentError(`Generator ${number} does not start: ${why}.`);
}

async function untilEnded(
  { cluster, plan, onLine }: Options,
  name: string,
  number: number,
  closing: AbortSignal,
): Promise<Ending> {
  try {
    for await (const line of cluster.linesOf(name, closing)) {
      if (!line.startsWith(summaryMark)) onLine(line, number);
      else if (plan.summaryPath !== undefined) {
        writeFileAtomic(`${plan.summaryPath}.${number}`, line.slice(summaryMark.length));
      }
    }
  } catch {
    // The pod says how it ended.
  }
  let answeredMs = Date.now();
  for (;;) {
    const asked = await cluster
      .pod(name)
      .then((pod) => ({ pod }))
      .catch(() => undefined);
    if (asked !== undefined) answeredMs = Date.now();
    // Deleted: it was ended by whoever did that. An API server that is away is asked again.
    const isLost = Date.now() - answeredMs > answersWithinSeconds * 1000;
    if (isLost || (asked !== undefined && asked.pod === undefined)) {
      return { code: null, signal: 'SIGKILL' };
    }
    const ended = asked?.pod && endOf(asked.pod);
    if (ended) {
      const isKilled = ended.exitCode === 137 || ended.reason === 'OOMKilled';
      return isKilled ? { code: null, signal: 'SIGKILL' } : { code: ended.exitCode, signal: null };
    }
    // Its Job was removed, and the pod of a lost node stays.
    if (closing.aborted) return { code: null, signal: 'SIGKILL' };
    await sleep(pollMs);
  }
}

async function cpuSecondsAt(address: string): Promise<number> {
  const sum = await fetchSums([`${address}/metrics`], ['process_cpu_seconds_total']);
  return sum('process_cpu_seconds_total');
}

/** Of the lab's pod, in the cluster's network. */
function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const own = all.find(({ family, internal }) => family === 'IPv4' && !internal);
  if (own === undefined) throw environmentError('The lab’s pod has no address (IPv4).');
  return own.address;
}
