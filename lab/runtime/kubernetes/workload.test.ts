// What the API server says of pods, in words. The objects are as Kubernetes 1.34 writes them.
import { describe, expect, it } from 'vitest';
import { mishapOf, obstacleTo, type Pod, untilUp, type Workload } from './workload';

const status = {
  name: 'express',
  image: 'headroom-express:latest',
  imageID: 'sha256:0123456789abcdef',
  restartCount: 0,
};
const ready = [{ type: 'Ready', status: 'True' }];
const pod = (more: Partial<Pod['status']> = {}, metadata: Partial<Pod['metadata']> = {}): Pod => ({
  metadata: { name: 'express-1', uid: '1', labels: {}, ...metadata },
  spec: { containers: [] },
  status: { phase: 'Running', conditions: ready, containerStatuses: [status], ...more },
});
const workload = (pods: Pod[], more: Workload['deployment']['status'] = {}): Workload => ({
  deployment: {
    metadata: { name: 'express', generation: 2 },
    spec: { replicas: 1, selector: { matchLabels: {} }, template: { spec: { containers: [] } } },
    status: { observedGeneration: 2, ...more },
  },
  pods,
});
const waiting = (reason: string, message?: string): Pod =>
  pod({
    phase: 'Pending',
    conditions: [],
    containerStatuses: [
      { ...status, state: { waiting: { reason, ...(message !== undefined && { message }) } } },
    ],
  });

describe('a pod that is watched', () => {
  const going = { deletionTimestamp: '2026-11-29T05:00:00Z' };
  const evicted = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'EvictionByEvictionAPI',
  };
  const oom = { exitCode: 137, reason: 'OOMKilled' };
  it.each<[string, Pod | undefined, string | undefined]>([
    ['lives on', pod(), undefined],
    ['is not ready for a while: load does that too', pod({ conditions: [] }), undefined],
    ['has gone', undefined, 'lost its pod express-1: it no longer exists'],
    ['is deleted', pod({}, going), 'lost its pod express-1: it was deleted'],
    [
      'is evicted by the API',
      pod({ conditions: [evicted] }, going),
      'lost its pod express-1: it was evicted (EvictionByEvictionAPI)',
    ],
    [
      'is evicted by its node',
      pod({ phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' }),
      'lost its pod express-1: Evicted, The node was low on resource: memory.',
    ],
    [
      'was restarted after its memory was used up',
      pod({ containerStatuses: [{ ...status, restartCount: 1, lastState: { terminated: oom } }] }),
      'was restarted in its pod express-1: it was killed because it had used up its memory (OOMKilled)',
    ],
    [
      'has ended and is not restarted yet',
      pod({ containerStatuses: [{ ...status, state: { terminated: { exitCode: 1 } } }] }),
      'ended with exit code 1 in its pod express-1',
    ],
  ])('that %s', (_, now, what) => {
    expect(mishapOf(pod(), now)).toBe(what);
  });

  it('is told of once: what had happened when it was seen before is no news', () => {
    const deleted = pod({}, going);
    expect(mishapOf(deleted, deleted)).toBeUndefined();
    const restarted = pod({ containerStatuses: [{ ...status, restartCount: 3 }] });
    expect(mishapOf(restarted, restarted)).toBeUndefined();
  });
});

describe('a workload', () => {
  const quota = {
    type: 'ReplicaFailure',
    status: 'True',
    reason: 'FailedCreate',
    message: 'pods "express-1" is forbidden: exceeded quota: few, requested: pods=1, used: pods=6',
  };
  const noRoom = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message: '0/1 nodes are available: 1 Insufficient cpu.',
  };
  it.each<[string, Workload, RegExp | undefined]>([
    ['is starting', workload([pod({ conditions: [] })]), undefined],
    [
      'whose image is nowhere',
      workload([waiting('ImagePullBackOff', 'Back-off pulling image')]),
      /its image headroom-express:latest cannot be pulled \(Back-off pulling image\)/,
    ],
    ['whose container ends at once', workload([waiting('CrashLoopBackOff')]), /ended with exit/],
    [
      'that needs a secret which is not there',
      workload([waiting('CreateContainerConfigError', 'secret "headroom" not found')]),
      /secret "headroom" not found/,
    ],
    [
      'whose namespace has a quota',
      workload([], { conditions: [quota] }),
      /the namespace’s quota refuses its pods .*exceeded quota: few/,
    ],
    [
      'for which no node has room',
      workload([pod({ phase: 'Pending', conditions: [noRoom] })]),
      /no node has room for its pods \(0\/1 nodes are available: 1 Insufficient cpu\.\)/,
    ],
  ])('%s', (_, seen, why) => {
    if (why === undefined) expect(obstacleTo(seen)).toBeUndefined();
    else expect(obstacleTo(seen)?.why).toMatch(why);
  });

  it.each<[string, Workload[]]>([
    ['of before the change was seen', [workload([pod()], { observedGeneration: 1 })]],
    ['with a pod too few', [workload([])]],
    ['with a pod of before that is still going', [workload([pod(), pod({}, { uid: '2' })])]],
  ])('is not up yet as one %s', async (_, earlier) => {
    const looks = [...earlier, workload([pod()])];
    const pods = await untilUp(async () => looks.shift() as Workload);
    expect(pods).toHaveLength(1);
    expect(looks).toHaveLength(0);
  });

  it('is up beside a pod that failed long ago', async () => {
    const failed = pod({ phase: 'Failed' }, { uid: '2' });
    expect(await untilUp(async () => workload([failed, pod()]))).toHaveLength(1);
  });
});
