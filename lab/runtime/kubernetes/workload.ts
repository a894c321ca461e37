// A Deployment and its pods, as the API server describes them: whether they are up, why they are not, and what
// has happened to a pod since it was last seen.
import { setTimeout as sleep } from 'node:timers/promises';
import { environmentError, Interrupted } from '../../errors';

type Condition = { type: string; status: string; reason?: string; message?: string };

export type Labels = Readonly<Record<string, string>>;

type Variable = { name: string; value?: string; valueFrom?: object };
export type Container = {
  name: string;
  image: string;
  env?: Variable[];
  resources?: Partial<Record<'limits' | 'requests', Record<string, string>>>;
};

/** Of a Deployment what is read here. */
export type Deployment = {
  metadata: { name: string; generation: number; annotations?: Record<string, string> };
  spec: {
    /** The API server fills it in; a manifest may leave it out. */
    replicas?: number;
    selector: { matchLabels: Labels };
    template: { spec: { containers: Container[] } };
  };
  status: { observedGeneration?: number; conditions?: Condition[] };
};

type Ended = { exitCode: number; signal?: number; reason?: string };
type ContainerStatus = {
  name: string;
  image: string;
  imageID: string;
  restartCount: number;
  state?: { waiting?: { reason?: string; message?: string }; terminated?: Ended };
  lastState?: { terminated?: Ended };
};
export type Pod = {
  metadata: {
    name: string;
    uid: string;
    labels: Labels;
    deletionTimestamp?: string;
  };
  spec: { containers: Container[] };
  status: {
    phase: string;
    podIP?: string;
    reason?: string;
    message?: string;
    conditions?: Condition[];
    initContainerStatuses?: ContainerStatus[];
    containerStatuses?: ContainerStatus[];
  };
};

export type Workload = { deployment: Deployment; pods: readonly Pod[] };

const isTrue = (conditions: Condition[] | undefined, wanted: string): boolean =>
  conditions?.some(({ type, status }) => type === wanted && status === 'True') ?? false;

const isGoing = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined;

/** One that has failed stays to be looked at, and is nobody's any more. */
const isActive = ({ status }: Pod): boolean => !['Failed', 'Succeeded'].includes(status.phase);

const statusesOf = ({ status }: Pod): ContainerStatus[] => [
  ...(status.initContainerStatuses ?? []),
  ...(status.containerStatuses ?? []),
];

/** The pods that serve, once all that were asked for do and no others are left; undefined before. */
function servingPods({ deployment, pods: all }: Workload): readonly Pod[] | undefined {
  const { metadata, spec, status } = deployment;
  const pods = all.filter(isActive);
  const isSeen = (status.observedGeneration ?? 0) >= metadata.generation;
  const isWhole = pods.length === (spec.replicas ?? 1) && !pods.some(isGoing);
  const areReady = pods.every((pod) => isTrue(pod.status.conditions, 'Ready'));
  return isSeen && isWhole && areReady ? pods : undefined;
}

/** What keeps a workload from coming up; it is given up once that has lasted for `patienceSeconds`. */
type Obstacle = { kind: string; why: string; patienceSeconds: number };

const unpullable = /^(ErrImagePull|ImagePullBackOff|ErrImageNeverPull|InvalidImageName)$/;

export function obstacleTo({ deployment, pods }: Workload): Obstacle | undefined {
  const refusal = deployment.status.conditions?.find(
    ({ type, status }) => type === 'ReplicaFailure' && status === 'True',
  );
  if (refusal) {
    const message = refusal.message ?? refusal.reason ?? '';
    const isQuota = message.includes('exceeded quota');
    return {
      kind: 'refused',
      why: `${isQuota ? 'the namespace’s quota' : 'the cluster'} refuses its pods (${message}): ${isQuota ? 'ask for fewer or smaller ones, or raise the quota' : 'correct the manifests'}`,
      patienceSeconds: 5,
    };
  }
  return obstacleOf(pods);
}

/** What keeps one of these pods from running. */
export function obstacleOf(pods: readonly Pod[]): Obstacle | undefined {
  for (const pod of pods) {
    const found = statusesOf(pod).map(obstacleIn).find(Boolean);
    if (found) return found;
  }
  for (const { status } of pods) {
    const unplaced = status.conditions?.find(
      ({ type, reason }) => type === 'PodScheduled' && reason === 'Unschedulable',
    );
    if (unplaced) {
      return {
        kind: 'unplaced',
        why: `no node has room for its pods (${unplaced.message}): ask for less, or add nodes`,
        patienceSeconds: 60,
      };
    }
  }
  return undefined;
}

/** How the container of a pod that is not restarted has ended; undefined while it runs. */
export const endOf = ({ status }: Pod): Ended | undefined =>
  status.containerStatuses?.[0]?.state?.terminated;

function obstacleIn({ name, image, state, lastState }: ContainerStatus): Obstacle | undefined {
  const { reason = '', message = reason } = state?.waiting ?? {};
  if (unpullable.test(reason)) {
    return {
      kind: 'image',
      why: `its image ${image} cannot be pulled (${message}): load it into the cluster, or name one that a registry has`,
      patienceSeconds: 10,
    };
  }
  if (reason === 'CrashLoopBackOff') {
    const ended = describeEnd(lastState?.terminated);
    return {
      kind: 'crash',
      why: `its container ${name} ${ended} each time it is started: \`kubectl logs\` shows why`,
      patienceSeconds: 5,
    };
  }
  if (/^Create\w+Error$/.test(reason)) {
    return { kind: 'config', why: `its container ${name}: ${message}`, patienceSeconds: 10 };
  }
  return undefined;
}

const describeEnd = (ended: Ended | undefined): string =>
  ended?.reason === 'OOMKilled'
    ? 'was killed because it had used up its memory (OOMKilled)'
    : `ended with exit code ${ended?.exitCode ?? 'unknown'}`;

/** As long as the startup probes of the manifests wait. */
const readyWithinSeconds = 300;
const pollMs = 500;

/**
 * @returns its pods, all of them ready
 * @throws LabError (exit 5) saying what keeps it from coming up
 */
export async function untilUp(
  look: () => Promise<Workload>,
  signal?: AbortSignal,
): Promise<readonly Pod[]> {
  const beganAtMs = Date.now();
  let last: { obstacle: Obstacle; sinceMs: number } | undefined;
  for (;;) {
    if (signal?.aborted) throw new Interrupted();
    const workload = await look();
    const serving = servingPods(workload);
    if (serving) return serving;
    const obstacle = obstacleTo(workload);
    const sinceMs = last?.obstacle.kind === obstacle?.kind ? last?.sinceMs : undefined;
    last = obstacle && { obstacle, sinceMs: sinceMs ?? Date.now() };
    const { name } = workload.deployment.metadata;
    if (last && Date.now() - last.sinceMs > last.obstacle.patienceSeconds * 1000) {
      throw environmentError(`${name} does not come up: ${last.obstacle.why}.`);
    }
    if (Date.now() - beganAtMs > readyWithinSeconds * 1000) {
      throw environmentError(
        `${name} was not ready within ${readyWithinSeconds} s: \`kubectl describe pods\` shows what it waits for.`,
      );
    }
    await sleep(pollMs);
  }
}

/** Waits until no pod is left, not even one that is going. */
export async function untilGone(
  look: () => Promise<readonly Pod[]>,
  signal?: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + readyWithinSeconds * 1000;
  for (;;) {
    if (signal?.aborted) throw new Interrupted();
    const left = (await look()).find(isActive);
    if (left === undefined) return;
    if (Date.now() > deadline) {
      throw environmentError(
        `The pod ${left.metadata.name} does not end: is its node still there?`,
      );
    }
    await sleep(pollMs);
  }
}

/**
 * What has happened to a pod that nobody asked for.
 *
 * @param now undefined where it no longer exists
 * @returns undefined where nothing has
 */
export function mishapOf(before: Pod, now: Pod | undefined): string | undefined {
  const { name } = before.metadata;
  if (now === undefined) return `lost its pod ${name}: it no longer exists`;
  const { status } = now;
  if (status.phase === 'Failed') {
    return `lost its pod ${name}: ${[status.reason, status.message].filter(Boolean).join(', ') || 'it failed'}`;
  }
  if (isGoing(now) && !isGoing(before)) {
    const why = status.conditions?.find(({ type }) => type === 'DisruptionTarget');
    return `lost its pod ${name}: it was ${why ? `evicted (${why.reason})` : 'deleted'}`;
  }
  for (const container of status.containerStatuses ?? []) {
    const earlier = before.status.containerStatuses?.find((each) => each.name === container.name);
    const restarts = container.restartCount - (earlier?.restartCount ?? 0);
    if (restarts > 0)
      return `was restarted in its pod ${name}: it ${describeEnd(container.lastState?.terminated)}`;
    const ended = container.state?.terminated;
    if (ended && !earlier?.state?.terminated) return `${describeEnd(ended)} in its pod ${name}`;
  }
  return undefined;
}
