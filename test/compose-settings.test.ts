// docker-compose.yml says what .env.example and the contract say. Nothing is started.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { appNamed, apps } from '../contract/apps';
import profiles from '../contract/profiles.json';
import { rootDir } from '../lab/paths';
import { appNames } from '../lab/runtime/subject';

const read = (file: string): string => readFileSync(join(rootDir, file), 'utf8');

const files = ['docker-compose.yml', 'docker-compose.images.yml', 'docker-compose.no-limits.yml'];
const all = files.map(read).join('\n');

/** Every `${NAME:-default}` of the composition, and `${NAME:?remedy}`, which has none. */
const used = new Map(
  [...all.matchAll(/\$\{(\w+):(?:-([^}]*)|\?[^}]*)\}/g)].map(
    ([, name = '', value = '']) => [name, value] as const,
  ),
);

/** Every `#NAME=default` of .env.example. */
const documented = new Map(
  [...read('.env.example').matchAll(/^#([A-Z]\w*)=(.*)$/gm)].map(
    ([, name = '', value = '']) => [name, value] as const,
  ),
);

type Service = {
  environment?: Record<string, string | number>;
  depends_on?: Record<string, unknown>;
  build?: { dockerfile: string };
  ports?: string[];
  networks?: string[] | Record<string, unknown>;
};
const { services }: { services: Record<string, Service> } = parse(read('docker-compose.yml'), {
  merge: true,
});

describe('docker-compose.yml', () => {
  it('uses the settings that .env.example documents, with the same defaults', () => {
    expect(Object.fromEntries([...documented].sort())).toEqual(
      Object.fromEntries([...used].sort()),
    );
  });

  it('gives each variable one default wherever it is used', () => {
    for (const [text, name = '', value] of all.matchAll(/\$\{(\w+):-([^}]*)\}/g))
      expect(used.get(name), text).toBe(value);
  });

  it('starts the subjects as the default profile has them on one core', () => {
    const { express, django } = profiles.default;
    expect(Object.fromEntries(used)).toMatchObject({
      HEADROOM_SUBJECT_CPUS: '1',
      HEADROOM_EXPRESS_WORKERS: String(express.workersPerCore),
      HEADROOM_EXPRESS_POOL: String(express.poolPerWorker),
      HEADROOM_DJANGO_WORKERS: String(django.workersPerCore),
      HEADROOM_DJANGO_THREADS: String(django.threadsPerWorker),
      HEADROOM_DJANGO_POOL: String(django.poolPerWorker),
    });
    const keepAlive = Number(used.get('HEADROOM_KEEP_ALIVE_SECONDS'));
    expect([express.keepAliveSeconds, django.keepAliveSeconds]).toEqual([keepAlive, keepAlive]);
  });

  it('passes on whatever a profile may set, with the default of the contract', () => {
    for (const app of appNames) {
      for (const [name, value] of Object.entries(appNamed(app).settings)) {
        expect(used.get(`HEADROOM_${app.toUpperCase()}_${name}`), `${app} ${name}`).toBe(value);
      }
    }
  });

  it('keeps every service off the proxies that Docker gives its containers', () => {
    const none = { HTTP_PROXY: '', HTTPS_PROXY: '', http_proxy: '', https_proxy: '' };
    for (const [name, { environment }] of Object.entries(services)) {
      expect(environment, name).toMatchObject(none);
    }
  });

  it.each(apps.map((app) => [app.name, app] as const))(
    'has %s as its app.json says',
    (name, { ports, metricsPath, environment }) => {
      const service = services[name];
      expect(service?.environment).toMatchObject({ METRICS_PORT: ports?.metrics });
      const given = Object.keys(service?.environment ?? {});
      // What makes it a production server is in its image.
      const image = ['NODE_ENV', 'PYTHONDONTWRITEBYTECODE'];
      const wanted = Object.keys(environment).filter((variable) => !image.includes(variable));
      expect(given).toEqual(expect.arrayContaining(wanted));
      expect(service?.environment?.ALLOWED_HOSTS).toContain(name);
      const variable = `HEADROOM_${name.toUpperCase()}`;
      expect(services.lab?.environment).toMatchObject({
        [`${variable}_URL`]: `http://${name}:8080`,
        [`${variable}_METRICS_URL`]: `http://${name}:${ports?.metrics}${metricsPath}`,
      });
      expect(services.k6?.environment).toHaveProperty(`${variable}_URL`);
      expect(services.lab?.depends_on).toHaveProperty(name);
    },
  );

  it('publishes ports on 127.0.0.1 alone, and none of the database', () => {
    const ports = Object.values(services).flatMap(({ ports = [] }) => ports);
    expect(ports).not.toHaveLength(0);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\$\{\w+:-[\d-]+\}:\d+$/);
    expect(services.postgres?.ports).toBeUndefined();
    expect(services.postgres?.networks).toEqual(['load']);
  });

  it('builds from images with a tag that says the version', () => {
    const dockerfiles = new Set(
      Object.values(services).flatMap(({ build }) => build?.dockerfile ?? []),
    );
    expect(dockerfiles.size).toBe(3);
    for (const dockerfile of dockerfiles) {
      const [...froms] = read(dockerfile).matchAll(/^FROM (\S+)/gm);
      const stages = [...read(dockerfile).matchAll(/ AS (\S+)$/gm)].map(([, name]) => name);
      for (const [, image = ''] of froms) {
        if (!stages.includes(image)) expect(image).toMatch(/:\d[\w.]*(-\w+)*$/);
      }
    }
  });
});

type Overlay = { services: Record<string, Record<string, unknown>> };
/** A tag of compose's own: of no matter here. */
const overlay = (file: string): Overlay =>
  parse(read(file), { customTags: [{ tag: '!reset', resolve: () => null }] });

describe('the overlays', () => {
  const built = Object.entries(services).flatMap(([name, { build }]) => (build ? [name] : []));

  it('docker-compose.images.yml has an image for each that is built', () => {
    const { services: imaged } = overlay('docker-compose.images.yml');
    expect(Object.keys(imaged).sort()).toEqual(built.sort());
    for (const [name, { build, image }] of Object.entries(imaged)) {
      expect({ build, image }, name).toEqual({ build: null, image: expect.any(String) });
    }
  });

  it('docker-compose.no-limits.yml takes the CPU limit of each service', () => {
    const { services: unlimited } = overlay('docker-compose.no-limits.yml');
    expect(Object.keys(unlimited).sort()).toEqual(Object.keys(services).sort());
    for (const [name, service] of Object.entries(unlimited)) {
      expect(service, name).toHaveProperty('cpus', null);
    }
  });
});
