// The manifests say what compose and the contract say, and give no pod more than it needs. Nothing is started.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { ownFolders } from '../contract/app-files';
import { apps } from '../contract/apps';
import { rootDir } from '../lab/paths';

const read = (file: string): string => readFileSync(join(rootDir, file), 'utf8');

type Probe = Record<string, unknown>;
type Variable = { name: string; value?: string; valueFrom?: unknown };
type Container = {
  name: string;
  image: string;
  imagePullPolicy: string;
  env?: Variable[];
  readinessProbe?: Probe;
  livenessProbe?: Probe;
  resources: Record<'requests' | 'limits', { cpu: string; memory: string }>;
};
type Volume = { name: string; emptyDir?: { sizeLimit?: string } };
type Pod = {
  securityContext: { runAsUser: number };
  containers: Container[];
  initContainers?: Container[];
  volumes: Volume[];
};
type Peer = { podSelector?: object };
type Rule = { from?: Peer[]; to?: Peer[]; ports?: { port: unknown }[] };
type Manifest = {
  kind: string;
  metadata: { name: string };
  rules?: Record<string, string[]>[];
  spec: {
    clusterIP?: string;
    template: { metadata: { labels: Record<string, string> }; spec: Pod };
    podSelector: { matchLabels?: Record<string, string> };
    policyTypes: string[];
    ingress?: Rule[];
    egress?: Rule[];
  };
};

const base = 'kubernetes/base';
const resources: string[] = parse(read(`${base}/kustomization.yaml`)).resources;
const manifests = resources
  .filter((file) => file.endsWith('.yaml'))
  .flatMap((file) => parseAllDocuments(read(join(base, file)), { merge: true }))
  .map((document): Manifest => document.toJS());
const ofKind = (kind: string) => manifests.filter((one) => one.kind === kind);
const named = (kind: string, name: string) =>
  ofKind(kind).find(({ metadata }) => metadata.name === name);

const pods = ofKind('Deployment').map(({ metadata, spec }) => ({
  name: metadata.name,
  labels: spec.template.metadata.labels,
  ...spec.template.spec,
}));
const containers = pods.flatMap((pod) => [...pod.containers, ...(pod.initContainers ?? [])]);

describe('a pod', () => {
  it('may do nothing that it need not: one patch holds for all', () => {
    const patch: { path: string; value: unknown }[] = parse(read(`${base}/confined.yaml`));
    const values = Object.fromEntries(patch.map(({ path, value }) => [path, value]));
    expect(values).toMatchObject({
      '/spec/template/spec/securityContext/runAsNonRoot': true,
      '/spec/template/spec/securityContext/seccompProfile': { type: 'RuntimeDefault' },
      '/spec/template/spec/automountServiceAccountToken': false,
      '/spec/template/spec/containers/0/securityContext': {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
    });
    const { patches } = parse(read(`${base}/kustomization.yaml`));
    expect(patches[0]).toEqual({ path: 'confined.yaml', target: { kind: 'Deployment' } });
    // The patch is of the first container, and the second patch of the lab's one that comes before.
    for (const { name, containers: own, initContainers = [] } of pods) {
      expect(own, name).toHaveLength(1);
      expect(initContainers.length, name).toBe(name === 'lab' ? 1 : 0);
    }
  });

  it.each(pods)('$name runs as a user by number, in folders of bounded size', (pod) => {
    expect(pod.securityContext.runAsUser).toBeGreaterThan(0);
    for (const { name, emptyDir } of pod.volumes) {
      if (emptyDir) expect(emptyDir.sizeLimit, name).toBeDefined();
    }
    expect(JSON.stringify(pod)).not.toMatch(/hostPath|hostNetwork|hostPort|privileged/);
  });

  it.each(containers)(
    '$name has requests, limits and an image that is not asked for anew',
    (one) => {
      for (const part of ['requests', 'limits'] as const) {
        expect(Object.keys(one.resources[part]).sort()).toEqual(['cpu', 'memory']);
      }
      expect(one.imagePullPolicy).toBe('IfNotPresent');
      expect(one.image).toMatch(/^headroom\/\w+$|:\w*\d[\w.-]*$/);
    },
  );

  it.each(pods.filter(({ name }) => name !== 'lab'))(
    '$name says when it can be used, and when it is past help',
    ({ containers: [only] }) => {
      expect(only?.readinessProbe).toBeDefined();
      expect(only?.livenessProbe).toBeDefined();
      expect(only?.livenessProbe).not.toHaveProperty('httpGet.path', '/readyz');
    },
  );
});

describe('a subject', () => {
  const compose = parse(read('docker-compose.yml'), { merge: true }).services;
  const valueIn = (text: unknown) =>
    String(text).replaceAll(/\$\{\w+:-([^}]*)\}/g, (_, fallback) => fallback);

  it.each(apps.filter(({ name }) => named('Deployment', name)))('$name is as in compose', (app) => {
    const { name, ports, metricsPath } = app;
    const env = Object.fromEntries(
      (pods.find((pod) => pod.name === name)?.containers[0]?.env ?? []).map((variable) => [
        variable.name,
        variable.value,
      ]),
    );
    const own = Object.keys(env);
    const secrets = ['DATABASE_URL', 'SESSION_SECRET', 'APP_PASSWORD'];
    // Proxies and cores are Docker's.
    const docker = /^https?_proxy$|^CORES$/i;
    const wanted = Object.entries<unknown>(compose[name].environment).filter(
      ([variable]) => !docker.test(variable) && !secrets.includes(variable),
    );
    expect(own.filter((variable) => !secrets.includes(variable)).sort()).toEqual(
      wanted.map(([variable]) => variable).sort(),
    );
    for (const [variable, text] of wanted) expect(env[variable], variable).toBe(valueIn(text));
    expect(env.METRICS_PORT).toBe(String(ports.metrics));
    const lab = pods.find((pod) => pod.name === 'lab')?.containers[0]?.env ?? [];
    const prefix = `HEADROOM_${name.toUpperCase()}`;
    expect(lab).toContainEqual({ name: `${prefix}_URL`, value: `http://${name}:8080` });
    expect(lab).toContainEqual({
      name: `${prefix}_METRICS_URL`,
      value: `http://${name}:${ports.metrics}${metricsPath}`,
    });
  });

  it('has the resources that the other has', () => {
    const subjects = pods.filter(({ labels }) => labels['headroom/part'] === 'subject');
    expect(subjects).toHaveLength(2);
    const [first, second] = subjects.map(({ containers: [only] }) => only?.resources);
    expect(first).toEqual(second);
  });
});

describe('the namespace', () => {
  it('has no address outside the cluster: every Service is a name for its pods', () => {
    for (const { metadata, spec } of ofKind('Service')) {
      expect(spec.clusterIP, metadata.name).toBe('None');
    }
    expect(ofKind('Ingress')).toEqual([]);
  });

  it('lets the lab read and change the Deployment of each app in apps/, and no other', () => {
    const rules = named('Role', 'lab')?.rules ?? [];
    const names = rules.flatMap(({ resourceNames = [] }) => resourceNames);
    expect(names.sort()).toEqual([...ownFolders()].sort());
    for (const app of ownFolders()) expect(named('Deployment', app), app).toBeDefined();
  });

  it('gives the lab rights in it alone, and to no secret', () => {
    expect(ofKind('ClusterRole')).toEqual([]);
    expect(ofKind('ClusterRoleBinding')).toEqual([]);
    for (const { resources: of = [], verbs = [] } of named('Role', 'lab')?.rules ?? []) {
      expect(of).not.toContain('secrets');
      expect([...of, ...verbs]).not.toContain('*');
    }
  });

  it('keeps load inside: all is denied, and what is allowed names pods of the lab', () => {
    const all = named('NetworkPolicy', 'deny-all')?.spec;
    expect(all?.podSelector.matchLabels).toEqual({ 'app.kubernetes.io/part-of': 'headroom' });
    expect(all?.policyTypes).toEqual(['Ingress', 'Egress']);
    expect(all?.ingress).toBeUndefined();
    for (const { metadata, spec } of ofKind('NetworkPolicy')) {
      // Names are looked up in another namespace, and the API server is no pod.
      const anywhere = { 'deny-all': [53, 53], lab: [443, 6443] }[metadata.name];
      for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) {
        expect(rule.ports, metadata.name).not.toHaveLength(0);
        const peers = rule.from ?? rule.to ?? [];
        for (const peer of peers) expect(peer.podSelector, metadata.name).not.toEqual({});
        if (peers.length === 0) expect(rule.ports?.map(({ port }) => port)).toEqual(anywhere);
      }
    }
  });
});

it('the images of the local overlay are those that its reader builds and loads', () => {
  const overlay = 'kubernetes/overlays/local/kustomization.yaml';
  const images: { newName: string }[] = parse(read(overlay)).images;
  const names = images.map(({ newName }) => newName).join(' ');
  for (const page of [overlay, 'README.md', 'docs/usage.md']) {
    expect(read(page), page).toContain(`kind load docker-image ${names}\n`);
  }
});

describe('the files of compose', () => {
  it('are all there, a dashboard in each ConfigMap', () => {
    const { configMapGenerator } = parse(read('grafana/kustomization.yaml'));
    const dashboards = readdirSync(join(rootDir, 'grafana/dashboards'));
    const mounted = JSON.stringify(named('Deployment', 'grafana'));
    for (const file of dashboards) {
      const name = `dashboard-${file.replace('.json', '')}`;
      expect(configMapGenerator).toContainEqual({ name, files: [`dashboards/${file}`] });
      expect(mounted).toContain(`"${name}"`);
      // `kubectl apply` keeps the object, as JSON in JSON, in an annotation of so many bytes.
      expect(JSON.stringify(read(`grafana/dashboards/${file}`)).length).toBeLessThan(250_000);
    }
    const rules = readdirSync(join(rootDir, 'prometheus/rules')).filter((file) =>
      file.endsWith('.rules.yml'),
    );
    const generated = parse(read('prometheus/kustomization.yaml')).configMapGenerator;
    expect(generated[1].files).toEqual(rules.sort().map((file) => `rules/${file}`));
  });
});
