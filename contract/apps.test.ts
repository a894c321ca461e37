import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import { appNamed, appNames, apps, appTitle, readApps } from './apps';

const folder = mkdtempSync(join(tmpdir(), 'headroom-apps-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ports = { public: 8083, metrics: 9183 };
const given = JSON.parse(readFileSync(join(appNamed('express').folder, 'app.json'), 'utf8'));

/** An app in a folder of its own, as Express but for its ports and what is changed. */
function appWith(changes: Record<string, unknown>): string {
  const own = mkdtempSync(join(folder, 'app-'));
  writeFileSync(
    join(own, 'app.json'),
    JSON.stringify({ ...given, name: 'another', ports, ...changes }),
  );
  return own;
}

const readWith = (...folders: string[]) => readApps({ HEADROOM_APPS: folders.join(':') });

test('the apps are the folders with an app.json, in the order of their ports', () => {
  expect(appNames).toEqual(['express', 'django']);
  expect(apps.map(({ ports }) => ports.public)).toEqual([8081, 8082]);
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
    const choices = { workersPerCore: 1, poolPerWorker: 3, keepAliveSeconds: 5 };
    const third = appWith({ profiles: { default: choices } });
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
