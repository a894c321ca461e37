import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import { stringify } from 'yaml';
import { appNamed, appNames, apps, appTitle } from './apps';
import { readApps } from './read-apps';

const folder = mkdtempSync(join(tmpdir(), 'headroom-apps-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ports = { public: 8083, metrics: 9183 };
const choices = { workersPerCore: 1, poolPerWorker: 3, keepAliveSeconds: 5 };
const given = JSON.parse(readFileSync(join(appNamed('express').folder, 'app.json'), 'utf8'));

/** An app in a folder of its own, as Express but for its ports and what is changed. */
function appWith(changes: Record<string, unknown>): string {
  const own = mkdtempSync(join(folder, 'app-'));
  writeFileSync(
    join(own, 'app.json'),
    JSON.stringify({
      ...given,
      ...{ name: 'another', ports, profiles: { default: choices } },
      ...changes,
    }),
  );
  return own;
}

const readWith = (...folders: string[]) => readApps({ HEADROOM_APPS: folders.join(':') }).apps;

test('the apps are the folders with an app.json, in the order of their ports', () => {
  expect(appNames).toEqual(['express', 'django']);
  expect(apps.map(({ ports }) => ports?.public)).toEqual([8081, 8082]);
});

test('an app that has gone is called by its name', () => {
  expect([appTitle('express'), appTitle('gone')]).toEqual(['Express', 'gone']);
  expect(() => appNamed('gone')).toThrow(/no app "gone": expected express or django/);
});

test('charts tell the apps apart by colour and by shape', () => {
  expect(new Set(apps.map(({ colour }) => colour)).size).toBe(apps.length);
  expect(new Set(apps.map(({ marker }) => marker)).size).toBe(apps.length);
});

test('the settings of the profile default are those that every profile starts from', () => {
  for (const { settings, profiles } of apps) {
    expect(settings).toMatchObject(profiles.default?.settings ?? {});
  }
});

describe('a folder that HEADROOM_APPS names', () => {
  it('is an app like the others, with profiles of its own', () => {
    const third = appWith({});
    const [, , another] = readWith(third);
    expect(another).toMatchObject({ name: 'another', profiles: { default: choices } });
    expect(Object.keys(another?.profiles ?? {})).toEqual(['default']);
  });

  it.each([
    ['without an app.json', () => mkdtempSync(join(folder, 'empty-')), /cannot be read/],
    ['with a name that is taken', () => appWith({ name: 'django' }), /name is "django", as in/],
    ['called as a part of the lab', () => appWith({ name: 'grafana' }), /taken by the lab/],
    ['called as a step of the set-up', () => appWith({ name: 'npm' }), /taken by the lab/],
    ['called so that its URL is another', () => appWith({ name: 'base' }), /taken by the lab/],
    [
      'with a port of another app',
      () => appWith({ ports: { ...ports, metrics: 8081 } }),
      /ports\.(public|metrics) is 8081, which ports\.(public|metrics) in \S+app\.json has/,
    ],
    [
      'with one port for both',
      () => appWith({ ports: { public: 8083, metrics: 8083 } }),
      /ports\.metrics is 8083, which ports\.public in/,
    ],
    [
      'with a port of the lab',
      () => appWith({ ports: { ...ports, public: 9090 } }),
      /ports\.public is 9090, which prometheus of the lab has/,
    ],
    ['that serves no micro', () => appWith({ serves: ['shop'] }), /every app serves micro/],
    [
      'that serves what no contract has',
      () => appWith({ serves: ['micro', 'mail'] }),
      /serves\[1\]/,
    ],
    ['with a field that nobody knows', () => appWith({ workers: 3 }), /"workers"/],
    [
      'that wants filled in what the lab does not know',
      () => appWith({ environment: { PORT: '{prot}' } }),
      /\{prot\} is nothing that the lab fills in: expected one of databaseUrl, port/,
    ],
  ])('is refused %s', (_what, make, message) => {
    expect(() => readWith(make())).toThrow(message);
  });

  it('is found wherever it stands', () => {
    const moved = join(folder, 'a b [ä]');
    cpSync(appWith({}), moved, { recursive: true });
    expect(readWith(moved).some((app) => app.folder === moved)).toBe(true);
  });
});

describe('a headroom.yaml', () => {
  const minimal = {
    apps: [{ name: 'mine', url: 'http://127.0.0.1:8000' } as Record<string, unknown>],
    workloads: [{ name: 'item', k6: 'item.ts', slo: { share: 0.99, thresholdSeconds: 0.1 } }],
  };

  /** In a folder of its own, with its k6 file. */
  function yamlWith(
    changes: Record<string, unknown> | string,
    script = 'export default () => 1;',
  ): string {
    const own = mkdtempSync(join(folder, 'yaml-'));
    writeFileSync(join(own, 'item.ts'), script);
    const text = typeof changes === 'string' ? changes : stringify({ ...minimal, ...changes });
    writeFileSync(join(own, 'headroom.yaml'), text);
    return join(own, 'headroom.yaml');
  }
  const appWithKeys = (keys: Record<string, unknown>) =>
    yamlWith({ apps: [{ ...minimal.apps[0], ...keys }] });

  it('needs a name, a place and a workload; the rest follows', () => {
    const { apps, workloads } = readApps({ HEADROOM_APPS: `none:${yamlWith({})}` });
    expect(apps).toMatchObject([
      {
        ...{ name: 'mine', title: 'Mine', colour: '#0072B2', marker: 'circle', serves: [] },
        ...{ server: 'http://127.0.0.1:8000', ready: { path: '/', seconds: 30 } },
        profiles: { default: { workersPerCore: 0, poolPerWorker: 0, keepAliveSeconds: 0 } },
      },
    ]);
    expect(workloads).toMatchObject([{ name: 'item', apps: ['mine'] }]);
  });

  it('adds to the apps of the clone, unless these are left out or chosen by name', () => {
    const file = yamlWith({});
    const namesWith = (...entries: string[]) =>
      readApps({ HEADROOM_APPS: entries.join(':') }).apps.map(({ name }) => name);
    expect(namesWith(file)).toEqual(['mine', 'express', 'django']);
    expect(namesWith('none', file)).toEqual(['mine']);
    expect(namesWith('none', 'django', file)).toEqual(['mine', 'django']);
  });

  it('may share a workload with another, if it is the same', () => {
    const other = { apps: [{ name: 'other', url: 'http://127.0.0.1:8001' }] };
    const both = (script?: string) =>
      readApps({ HEADROOM_APPS: ['none', yamlWith({}), yamlWith(other, script)].join(':') });
    expect(both().workloads).toMatchObject([{ name: 'item', apps: ['mine', 'other'] }]);
    expect(() => both('export default () => 2;')).toThrow(/workload "item" is not that of/);
  });

  it.each([
    [
      'with a typing error',
      () => appWithKeys({ metrcsPath: '/' }),
      /apps\[0\] has no key "metrcsPath": did you mean "metricsPath"\?/,
    ],
    ['with a key that is none', () => yamlWith({ servers: [] }), /has no key "servers"/],
    [
      'with an unknown key of an SLO',
      () =>
        yamlWith({ workloads: [{ ...minimal.workloads[0], slo: { share: 0.99, treshold: 1 } }] }),
      /slo has no key "treshold": did you mean "thresholdSeconds"|thresholdSeconds is missing/,
    ],
    [
      'with a workload without an SLO',
      () => yamlWith({ workloads: [{ name: 'item', k6: 'item.ts' }] }),
      /workloads\[0\]\.slo is missing: give the share of requests and their bound, such as \{share: 0\.99/,
    ],
    [
      'with a k6 file that is not there',
      () => yamlWith({ workloads: [{ ...minimal.workloads[0], k6: 'none.ts' }] }),
      /workloads\[0\]\.k6 is "none\.ts": there is no \/.*none\.ts/,
    ],
    [
      'with a workload that the lab has',
      () => yamlWith({ workloads: [{ ...minimal.workloads[0], name: 'json' }] }),
      /the lab has a workload "json" of its own/,
    ],
    ['with nothing to ask', () => yamlWith({ workloads: [] }), /there is nothing to ask/],
    [
      'without a place',
      () => yamlWith({ apps: [{ name: 'mine' }] }),
      /give one of url .*, native .*, compose .* and kubernetes/,
    ],
    ['with two places', () => appWithKeys({ native: { command: ['x'] } }), /give one of url/],
    [
      'with a path in its URL',
      () => appWithKeys({ url: 'http://127.0.0.1:8000/api' }),
      /url is "http:\/\/127\.0\.0\.1:8000\/api": expected http/,
    ],
    [
      'with workers and no number of them',
      () => appWithKeys({ environment: { W: '{workers}' } }),
      /uses \{workers\}, but profiles\.default does not say/,
    ],
    [
      'that is not there',
      () => join(folder, 'headroom.yaml'),
      /headroom\.yaml cannot be read \(ENOENT/,
    ],
    ['that is empty', () => yamlWith(''), /the file is empty: expected object/],
    [
      'that is no YAML',
      () => yamlWith('apps: ['),
      /headroom\.yaml: Flow sequence .* at line 1, column 8\. Correct the file\.$/,
    ],
    [
      'with a key twice',
      () => yamlWith('apps: []\napps: []\n'),
      /: Map keys must be unique at line 2, column 1\. Correct/,
    ],
    [
      'with a tab',
      () => yamlWith('apps:\n\t- name: mine\n'),
      /: Tabs are not allowed as indentation at line 2, column 1\. Correct/,
    ],
    [
      'with an alias of nothing',
      () => yamlWith('apps: [*mine]\n'),
      /: Unresolved alias .*: mine\. Correct/,
    ],
    [
      'with two documents',
      () => yamlWith('apps: []\n---\napps: []\n'),
      /: Source contains multiple documents\. Correct/,
    ],
    [
      'with a key that has no value',
      () => yamlWith('apps:\n  - name: mine\n    url:\nworkloads: []\n'),
      /apps\[0\]\.url is empty: expected string/,
    ],
  ])('is refused %s', (_what, make, message) => {
    expect(() => readWith(make())).toThrow(message);
  });

  it('may begin with a byte order mark, and name what stands twice once', () => {
    const file = yamlWith(`\uFEFFapps:
  - &first { name: mine, url: 'http://127.0.0.1:8000', usage: none }
  - { <<: *first, name: other, url: 'http://127.0.0.1:8001' }
workloads: [{ name: item, k6: ./item.ts, slo: { share: 0.99, thresholdSeconds: 0.1 } }]
`);
    expect(readApps({ HEADROOM_APPS: `none:${file}` }).apps).toMatchObject([
      { name: 'mine', usage: 'none' },
      { name: 'other', usage: 'none' },
    ]);
  });

  it('is explained by an example that has every key', () => {
    const { apps } = readApps({ HEADROOM_APPS: `none:${join(__dirname, '../examples')}` });
    expect(apps.map(({ name }) => name)).toEqual(['staging', 'mine', 'boxed', 'clustered']);
  });
});
