// The subjects as Deployments of the namespace that the lab's own pod is in: the lab changes, scales and watches
// them, and is in all else where somebody else started what it measures (../attached).
import { lookup } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { appNamed, usesDatabase } from '../../../contract/apps';
import type { Plan } from '../../../contract/plan';
import { configuration } from '../../configuration/configuration';
import { labVariables } from '../../configuration/variables';
import { andThen, environmentError, usageError } from '../../errors';
import type { Hiccup, UsageSample } from '../../results/schemas';
import { AttachedRuntime } from '../attached/attached';
import { untilReady } from '../readiness';
import {
  type ArmApps,
  type Endpoint,
  type Generator,
  Incidents,
  type OnLine,
  type Runtime,
  type RuntimeFacts,
  sumOrNull,
} from '../runtime';
import { type AppName, appNames, requireUsualShop, type Subject } from '../subject';
import { Cluster } from './cluster';
import { type JobGenerator, removeLeftJobs, startJob } from './generators';
import {
  changesBack,
  changesFor,
  changesToStop,
  limitOf,
  type Original,
  originalOf,
} from './subject';
import { type Labels, mishapOf, type Pod, untilGone, untilUp } from './workload';

/** What is watched besides the subjects. */
const infrastructure = ['postgres', 'prometheus'];
const deploymentOf = (app: AppName): string => appNamed(app).kubernetes?.deployment ?? app;

/** More generators are a typing error; what the cluster has no room for it says. */
const mostPods = 1000;

/** A pod that dies is told within a second. */
const watchEveryMs = 1000;

/** A name server may remember for so long that a name had no addresses. */
const resolvesWithinSeconds = 60;
const lookUpEveryMs = 250;

const putBackAttempts = 3;
const putBackEveryMs = 1000;

export class KubernetesRuntime implements Runtime {
  readonly prometheusUrl: string;
  readonly statisticsUrl: string | null;
  readonly seesDatabases: boolean;
  readonly subjectCores: number;
  readonly facts: RuntimeFacts;
  readonly tools: Record<string, string> = {};
  private readonly incidents = new Incidents();
  readonly onIncident = this.incidents.on;
  private readonly closing = new AbortController();
  /** The pods that are to stay as they are, by the app, or the name of the Deployment. */
  private readonly watched = new Map<string, Watched>();
  private readonly touched = new Set<AppName>();
  readonly mostGenerators = mostPods;
  private job: JobGenerator | undefined;

  private constructor(
    private readonly cluster: Cluster,
    private readonly attached: AttachedRuntime,
    private readonly deployments: Deployments,
    private readonly own: Pod,
    pods: readonly Pod[],
    private readonly signal: AbortSignal,
  ) {
    ({
      prometheusUrl: this.prometheusUrl,
      statisticsUrl: this.statisticsUrl,
      seesDatabases: this.seesDatabases,
    } = attached);
    const limits = [...deployments.originals.values()].map((original) => limitOf(original) ?? 1);
    this.subjectCores = Math.max(1, Math.floor(Math.min(...limits)));
    this.facts = {
      ...{ kind: 'kubernetes', placement: attached.facts.placement, postgres: 'pod' },
      caveats: [
        'Neighbours on the nodes cannot be seen from a pod; those checks are left open.',
        ...(new Set(limits).size > 1
          ? [`The Deployments have different CPU limits: ${limits.join(', ')} cores.`]
          : []),
      ],
    };
    this.noteImages(pods);
    for (const name of infrastructure) {
      const labels = { 'app.kubernetes.io/name': name };
      this.watched.set(name, { labels, pods: withLabels(labels, pods) });
    }
  }

  static async open(signal: AbortSignal): Promise<KubernetesRuntime> {
    const cluster = new Cluster();
    const deployments = await readDeployments(cluster, appNames);
    await removeLeftJobs(cluster, signal);
    const pods = await cluster.pods();
    const { podName = '' } = configuration;
    const own = await cluster.pod(podName);
    if (own === undefined) {
      throw environmentError(
        `The namespace ${cluster.namespace} has no pod ${podName}, which ${labVariables.podName.name} says the lab is in. Correct it.`,
      );
    }
    const attached = await AttachedRuntime.open();
    const runtime = new KubernetesRuntime(cluster, attached, deployments, own, pods, signal);
    attached.onIncident(({ part, what }) => runtime.incidents.tell(part, what));
    void runtime.watch();
    return runtime;
  }

  async start(subject: Subject): Promise<Endpoint> {
    requireUsualShop(subject, 'kubernetes');
    const { app } = subject;
    const { title, reset } = appNamed(app);
    if (reset !== undefined) {
      throw usageError(
        `--runtime kubernetes cannot run the reset of ${title}: leave it out, and each trial starts with the data that the previous one left.`,
      );
    }
    const name = deploymentOf(app);
    await this.stopSubject(app);
    if (usesDatabase(app)) await this.attached.resetDatabase(app);
    const deployment = await this.cluster.deployment(name);
    await this.cluster.change(name, changesFor(subject, deployment, this.originalOf(app)));
    const pods = await untilUp(() => this.cluster.workload(name), this.signal);
    this.noteImages(pods);
    const endpoint = this.attached.endpointOf(app);
    await this.untilResolved(endpoint.baseUrl, pods);
    this.watched.set(app, { labels: deployment.spec.selector.matchLabels, pods });
    return { ...endpoint, metricsUrls: pods.flatMap((pod) => pagesOf(pod, endpoint)) };
  }

  /** To no replicas: what a subject was in the trial before, it is not any more. */
  async stopSubject(app: AppName): Promise<void> {
    const original = this.originalOf(app);
    // What happens to it from now on is asked for.
    this.watched.delete(app);
    this.touched.add(app);
    const name = deploymentOf(app);
    const deployment = await this.cluster.deployment(name);
    await this.cluster.change(name, changesToStop(deployment, original));
    await untilGone(async () => (await this.cluster.workload(name)).pods, this.signal);
  }

  superuserUrl(app: AppName): string {
    return this.attached.superuserUrl(app);
  }

  generatorCores(count: number): number {
    const inLabsPod = this.facts.placement.generator.length;
    const [container] = this.own.spec.containers;
    return count === 1 ? inLabsPod : count * ((container && limitOf(container)) ?? inLabsPod);
  }

  /** One in the lab's own pod, several in pods of their own. */
  async generate(plan: Plan, planFile: string, onLine: OnLine): Promise<Generator> {
    const { cluster, own, prometheusUrl } = this;
    const { generators } = plan;
    this.job = undefined;
    if (generators === undefined) return this.attached.generate(plan, planFile, onLine);
    const shared = { ...plan, generators };
    const { signal } = this;
    this.job = await startJob({ cluster, pod: own, plan: shared, prometheusUrl, onLine, signal });
    return this.job;
  }

  async usage(app: AppName, arms?: ArmApps): Promise<UsageSample> {
    const { job } = this;
    const [sample, generators] = await Promise.all([
      this.attached.usage(app, arms),
      job?.cpuSeconds(),
    ]);
    if (generators === undefined) return sample;
    // The lab has a pod of its own, and is not in their way.
    const { throttled: _, ...rest } = sample;
    return { ...rest, generators, generator: sumOrNull(generators), lab: 0 };
  }

  hiccupsSince(atMs: number): Hiccup[] | undefined {
    return this.attached.hiccupsSince(atMs);
  }

  /** The Deployments are as they were before, whatever was measured. */
  async close(): Promise<void> {
    this.closing.abort();
    this.watched.clear();
    await andThen(
      () => this.attached.close(),
      [...this.touched].map((app) => () => this.putBack(app)),
    );
  }

  /** Nobody does so later: an API server that is away for a moment is asked again. */
  private async putBack(app: AppName): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const deployment = await this.cluster.deployment(deploymentOf(app));
        const { name } = deployment.metadata;
        await this.cluster.change(name, changesBack(deployment, this.originalOf(app)));
        return;
      } catch (error) {
        if (attempt === putBackAttempts) throw error;
        await sleep(putBackEveryMs);
      }
    }
  }

  private originalOf(app: AppName): Original {
    const original = this.deployments.originals.get(app);
    if (original === undefined) throw this.deployments.unread.get(app);
    return original;
  }

  /** The name stands for these pods and no others: k6 asks for it once, and keeps the answer. */
  private async untilResolved(baseUrl: string, pods: readonly Pod[]): Promise<void> {
    const { hostname } = new URL(baseUrl);
    const wanted = pods.flatMap(({ status }) => status.podIP ?? []).sort();
    const whyNot = async () => {
      if (this.signal.aborted) return undefined;
      const found = await lookup(hostname, { all: true, family: 4 });
      const addresses = found.map(({ address }) => address).sort();
      if (addresses.join() === wanted.join()) return undefined;
      return `it stands for ${addresses.join(', ')}, and the pods are ${wanted.join(', ')}. Is its Service headless, and does it select them?`;
    };
    await untilReady(
      { name: `The name ${hostname}` },
      resolvesWithinSeconds,
      whyNot,
      lookUpEveryMs,
    );
  }

  private noteImages(pods: readonly Pod[]): void {
    for (const { status } of pods) {
      for (const { name, image, imageID } of status.containerStatuses ?? []) {
        const [digest = ''] = /sha256:[0-9a-f]{12}/.exec(imageID) ?? [];
        this.tools[name] = `${image} ${digest}`.trim();
      }
    }
  }

  /** Polling once per second costs the API server less than a watch that has to be kept alive. */
  private async watch(): Promise<void> {
    const { signal } = this.closing;
    let sinceMs = Date.now();
    while (!signal.aborted) {
      await sleep(watchEveryMs, undefined, { signal }).catch(() => undefined);
      const atMs = Date.now();
      try {
        const pods = await this.cluster.pods();
        if (!signal.aborted) this.compare(pods, sinceMs);
        sinceMs = atMs;
      } catch {
        // An API server that is busy or away is asked again, and what has happened meanwhile shows then.
      }
    }
  }

  /** @param sinceMs when they were looked at before: what happened may have happened then */
  private compare(pods: readonly Pod[], sinceMs: number): void {
    for (const [name, { labels, pods: before }] of this.watched) {
      const now = withLabels(labels, pods);
      const mishap = before
        .map((pod) =>
          mishapOf(
            pod,
            now.find(({ metadata }) => metadata.uid === pod.metadata.uid),
          ),
        )
        .find((what) => what !== undefined);
      const added = now.find(
        ({ metadata }) => !before.some((pod) => pod.metadata.uid === metadata.uid),
      );
      const what = mishap ?? (added && `got an unexpected pod, ${added.metadata.name}`);
      if (what === undefined) continue;
      this.incidents.tell(name, what, sinceMs);
      // Whoever measures a subject starts it again; the others go on as they are.
      if (infrastructure.includes(name)) this.watched.set(name, { labels, pods: now });
      else this.watched.delete(name);
    }
  }
}

/** What was read of each app's Deployment, or why nothing was. */
type Deployments = {
  originals: ReadonlyMap<AppName, Original>;
  unread: ReadonlyMap<AppName, unknown>;
};

/**
 * One that is not there, or that the lab may not read, is an error only for a verb that measures it.
 *
 * @throws LabError where none can be read
 */
export async function readDeployments(
  cluster: Pick<Cluster, 'deployment'>,
  apps: readonly AppName[],
): Promise<Deployments> {
  const originals = new Map<AppName, Original>();
  const unread = new Map<AppName, unknown>();
  for (const app of apps) {
    try {
      originals.set(app, originalOf(await cluster.deployment(deploymentOf(app))));
    } catch (error) {
      unread.set(app, error);
    }
  }
  const [first] = unread.values();
  if (originals.size === 0 && first !== undefined) throw first;
  return { originals, unread };
}

type Watched = { labels: Labels; pods: readonly Pod[] };

const withLabels = (labels: Labels, pods: readonly Pod[]): Pod[] =>
  pods.filter(({ metadata }) =>
    Object.entries(labels).every(([name, value]) => metadata.labels[name] === value),
  );

/** The metrics pages of one pod: the name stands for all of them. */
const pagesOf = ({ status }: Pod, { metricsUrls }: Endpoint): string[] =>
  metricsUrls.map((url) => {
    const page = new URL(url);
    page.hostname = status.podIP ?? page.hostname;
    return page.href;
  });
