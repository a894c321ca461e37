// The manifests on a real cluster, in a namespace that most tests share, with images that were built here.
// CLUSTER_LOAD is a command that brings images of the Docker Engine into the cluster, such as
// `kind load docker-image`; the images' names are put behind it.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { andThen } from '../lab/errors';
import { rootDir } from '../lab/paths';
import type { Deployment, Pod } from '../lab/runtime/kubernetes/workload';
import { engineProblem, grafanaProblem } from './compose-stack';
import { isLeftover, projectNamed } from './container-projects';
import { Lab } from './lab-process';

const { CLUSTER_LOAD: load } = process.env;

/** Why nothing can be applied here; undefined where it can. */
export const clusterProblem = (): string | undefined =>
  load
    ? engineProblem()
    : 'no cluster: CLUSTER_LOAD is to say how images get into one, such as `kind load docker-image`';

/** The images that are built here, by the names of their services. */
const built = ['express', 'django', 'lab'];
/** The cluster pulls these, but where something stands in for them. */
const pulled = ['postgres:18-trixie', 'prom/prometheus:v3.15.0'];

async function standIns(): Promise<string[]> {
  const label = '{{index .Config.Labels "standin"}}';
  const looked = await Promise.all(
    pulled.map((image) =>
      execa('docker', ['image', 'inspect', '--format', label, image], { reject: false }),
    ),
  );
  return pulled.filter((_, index) => looked[index]?.stdout === 'true');
}

/** What a namespace has that is no part of the manifests. */
const namespaced =
  'deployments,replicasets,pods,services,configmaps,secrets,roles,rolebindings,serviceaccounts,networkpolicies,jobs';

/** Of all namespaces. */
const manifestsFolder = (): string => join(tmpdir(), projectNamed('manifests'));

export class ClusterLab {
  private constructor(
    readonly namespace: string,
    /** What kubectl applies. */
    readonly overlay: string,
  ) {}

  /** The namespace that tests share, up. */
  static async shared(): Promise<ClusterLab> {
    const cluster = await ClusterLab.prepare('cluster');
    await cluster.apply();
    await cluster.untilUp();
    return cluster;
  }

  /**
   * One of its own, with its images in the cluster, and nothing applied.
   *
   * @param name lower case
   * @param patches of its overlay
   */
  static async prepare(name: string, patches: readonly object[] = []): Promise<ClusterLab> {
    const namespace = projectNamed(name);
    const images = await imagesInCluster();
    const folder = join(manifestsFolder(), namespace);
    return new ClusterLab(namespace, overlayIn(folder, namespace, images, patches));
  }

  static async removeAll(): Promise<void> {
    await andThen(
      () => removeNamespaces((name) => name.startsWith(projectNamed(''))),
      [() => rmSync(manifestsFolder(), { recursive: true, force: true })],
    );
  }

  apply(...flags: string[]): Promise<string> {
    return kubectl('apply', '-k', this.overlay, ...flags);
  }

  /** `kubectl ARGS` in the namespace. */
  kubectl(...args: string[]): Promise<string> {
    return kubectl('--namespace', this.namespace, ...args);
  }

  async untilUp(): Promise<void> {
    const deployments = ['postgres', 'express', 'django', 'prometheus', 'exporter', 'lab'];
    for (const name of deployments) {
      await this.kubectl('rollout', 'status', `deployment/${name}`, '--timeout', '240s');
    }
  }

  async deployment(name: string): Promise<Deployment> {
    return JSON.parse(await this.kubectl('get', 'deployment', name, '--output', 'json'));
  }

  async pods(name: string): Promise<Pod[]> {
    const selector = `app.kubernetes.io/name=${name}`;
    const pods = ['get', 'pods', '--selector', selector, '--output', 'json'];
    return JSON.parse(await this.kubectl(...pods)).items;
  }

  async pod(name: string): Promise<string> {
    const [pod] = await this.pods(name);
    if (pod === undefined) throw new Error(`${name} has no pod`);
    return pod.metadata.name;
  }

  /** Names of all that is left in the namespace. */
  async objects(): Promise<string[]> {
    const printed = await this.kubectl('get', namespaced, '--output', 'name');
    return printed.split('\n').filter((name) => name !== '');
  }

  /** A lab on this machine that measures here. */
  lab(settings: NodeJS.ProcessEnv = {}): Promise<Lab> {
    return Lab.create({ HEADROOM_NAMESPACE: this.namespace, ...settings });
  }
}

/** Not one of a process: what has not changed is the same image, and a cluster keeps all that it was given. */
const project = 'headroom-test-cluster';
const builtAs = (service: string): string => `${project}-${service}`;

/** What each is called in the cluster, by the name of its service. */
async function buildImages(): Promise<Record<string, string>> {
  const env = { ...process.env, COMPOSE_PROJECT_NAME: project };
  await execa('docker', ['compose', 'build', ...built], { cwd: rootDir, env });
  const images: Record<string, string> = {};
  for (const service of built) {
    const inspect = ['image', 'inspect', '--format', '{{.Id}}', builtAs(service)];
    const { stdout } = await execa('docker', inspect);
    images[service] = `headroom-test/${service}:${stdout.replace('sha256:', '').slice(0, 12)}`;
  }
  return images;
}

/** Built and loaded by the first file, for all: they are of one state of the clone. */
async function imagesInCluster(): Promise<Record<string, string>> {
  const file = join(manifestsFolder(), 'images.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const images = await buildImages();
  await loadImages(images);
  mkdirSync(manifestsFolder(), { recursive: true });
  writeFileSync(file, JSON.stringify(images));
  return images;
}

async function loadImages(own: Record<string, string>): Promise<void> {
  for (const [service, image] of Object.entries(own)) {
    await execa('docker', ['tag', builtAs(service), image]);
  }
  const images = [...Object.values(own), ...(await standIns())];
  await execa('bash', ['-c', `${load} "$@"`, 'load', ...images], { cwd: rootDir });
  await execa('docker', ['rmi', ...Object.values(own)]);
  await removeNamespaces(isLeftover);
}

/** What it prints, warnings too. */
export async function kubectl(...args: string[]): Promise<string> {
  const { all } = await execa('kubectl', args, { all: true });
  return all;
}

async function removeNamespaces(isOurs: (name: string) => boolean): Promise<void> {
  const printed = await kubectl('get', 'namespaces', '--output', 'name');
  const names = printed.split('\n').map((name) => name.replace('namespace/', ''));
  for (const name of names.filter(isOurs)) {
    await kubectl('delete', 'namespace', name, '--wait=false');
    // From now on it takes no new pods, and those that are there need not be waited for.
    await kubectl('--namespace', name, 'delete', 'pods', '--all', '--grace-period=1');
    await kubectl('delete', 'namespace', name, '--ignore-not-found');
  }
}

/** A copy of the manifests with an overlay on `local`: kustomize reads nothing above its folder's tree. */
function overlayIn(
  folder: string,
  namespace: string,
  images: Record<string, string>,
  patches: readonly object[],
): string {
  for (const name of ['kubernetes', 'db', 'prometheus', 'contract', 'grafana']) {
    cpSync(join(rootDir, name), join(folder, name), {
      recursive: true,
      // Somebody's passwords stay where they are.
      filter: (file) => basename(file) !== 'secrets.env',
    });
  }
  const overlay = join(folder, 'kubernetes/overlays/test');
  mkdirSync(overlay, { recursive: true });
  const hasGrafana = grafanaProblem() === undefined;
  writeFileSync(
    join(overlay, 'kustomization.yaml'),
    stringify({
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      namespace,
      resources: ['../local'],
      images: Object.entries(images).map(([service, image]) => {
        const [newName, newTag] = image.split(':');
        return { name: `headroom-${service}`, newName, newTag };
      }),
      patches,
      // Nothing stands in for its image.
      ...(!hasGrafana && { replicas: [{ name: 'grafana', count: 0 }] }),
    }),
  );
  return overlay;
}
