// The API server as the lab's pod reaches it: by the name that every cluster has, as the pod's ServiceAccount,
// in its own namespace. The cluster's certificate is known to Node (NODE_EXTRA_CA_CERTS in the manifest).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { environmentError } from '../../errors';
import type { Deployment, Labels, Pod, Workload } from './workload';

const server = 'https://kubernetes.default.svc';
const account = '/var/run/secrets/kubernetes.io/serviceaccount';
const timeoutMs = 10_000;

/** What a lab makes for a trial. */
type Creatable = 'jobs' | 'configmaps';

/** RFC 6902. `add` replaces what is there. */
export type Change = { op: 'add' | 'remove'; path: string; value?: unknown };

export class Cluster {
  readonly namespace = readFileSync(join(account, 'namespace'), 'utf8').trim();

  deployment(name: string): Promise<Deployment> {
    return this.ask(`/apis/apps/v1/namespaces/${this.namespace}/deployments/${name}`);
  }

  async change(deployment: string, changes: readonly Change[]): Promise<void> {
    await this.ask(`/apis/apps/v1/namespaces/${this.namespace}/deployments/${deployment}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json-patch+json' },
      body: JSON.stringify(changes),
    });
  }

  /** @param labels that they have; none: all of the namespace */
  async pods(labels: Labels = {}): Promise<Pod[]> {
    const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
    const query = new URLSearchParams({ labelSelector: pairs.join() });
    const { items } = await this.ask<{ items: Pod[] }>(
      `/api/v1/namespaces/${this.namespace}/pods?${query}`,
    );
    return items;
  }

  async workload(name: string): Promise<Workload> {
    const deployment = await this.deployment(name);
    return { deployment, pods: await this.pods(deployment.spec.selector.matchLabels) };
  }

  /** @returns undefined where it no longer exists */
  async pod(name: string): Promise<Pod | undefined> {
    const path = `/api/v1/namespaces/${this.namespace}/pods/${name}`;
    const response = await this.request(path, { signal: AbortSignal.timeout(timeoutMs) });
    return response.status === 404 ? undefined : answerOf(response);
  }

  /** @param kind as it stands in a path, such as `jobs` */
  async create(kind: Creatable, object: object): Promise<void> {
    await this.ask(`${this.pathOf(kind)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(object),
    });
  }

  /** With its pods; fine where it no longer exists. */
  async remove(kind: Creatable, name: string): Promise<void> {
    const response = await this.request(
      `${this.pathOf(kind)}/${name}?propagationPolicy=Background`,
      { method: 'DELETE', signal: AbortSignal.timeout(timeoutMs) },
    );
    if (response.status !== 404) await answerOf(response);
  }

  /** What a pod's container prints, from its beginning to its end. */
  async *linesOf(pod: string, signal: AbortSignal): AsyncGenerator<string> {
    const path = `/api/v1/namespaces/${this.namespace}/pods/${pod}/log?follow=true`;
    const response = await this.request(path, { signal });
    if (!response.ok || response.body === null) await answerOf(response);
    else yield* createInterface({ input: Readable.fromWeb(response.body as ReadableStream) });
  }

  private pathOf(kind: Creatable): string {
    return `${{ jobs: '/apis/batch/v1', configmaps: '/api/v1' }[kind]}/namespaces/${this.namespace}/${kind}`;
  }

  private async ask<T>(path: string, request: RequestInit = {}): Promise<T> {
    const signal = AbortSignal.timeout(timeoutMs);
    return answerOf(await this.request(path, { ...request, signal }));
  }

  private request(path: string, request: RequestInit): Promise<Response> {
    // Read each time: the kubelet replaces it every hour.
    const token = readFileSync(join(account, 'token'), 'utf8');
    return fetch(`${server}${path}`, {
      ...request,
      headers: { ...request.headers, authorization: `Bearer ${token}` },
    }).catch((error: Error) => {
      throw environmentError(
        `The API server does not answer at ${server} (${(error.cause as Error | undefined)?.message ?? error.message}): is the cluster up, and may the lab's pod reach it?`,
        error,
      );
    });
  }
}

export async function answerOf<T>(response: Response): Promise<T> {
  // A proxy before the API server may answer in words of its own.
  const answer = (await response.json().catch(() => undefined)) as
    | (T & { message?: string })
    | undefined;
  if (response.ok && answer !== undefined) return answer;
  const { message = `status ${response.status}` } = answer ?? {};
  if (message.includes('exceeded quota')) {
    throw environmentError(
      `The namespace's quota refuses this: ${message}. Ask for less, or raise the quota.`,
    );
  }
  throw environmentError(
    [401, 403].includes(response.status)
      ? `The lab's ServiceAccount has no right to this: ${message}. Apply the manifests again; what it needs for an app of your own stands in docs/own-app.md, "On a cluster".`
      : `The API server refuses: ${message}.`,
  );
}
