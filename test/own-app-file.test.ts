// What docs/own-app.md and examples/headroom.yaml say of a headroom.yaml, held to the schema and tried.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { rootDir } from '../lab/paths';
import { commandOf } from '../lab/runtime/apps';
import { atRevision } from '../lab/runtime/revisions/app';
import { Repository } from '../lab/runtime/revisions/repository.fixture';
import { folderOfTree } from '../lab/runtime/revisions/tree';
import { parseSubject, subjectNamed } from '../lab/runtime/subject';

const textOf = (file: string): string => readFileSync(join(rootDir, file), 'utf8');
const page = textOf('docs/own-app.md');

// Before anything is imported: which apps there are is known once.
const folder = vi.hoisted(() => {
  const { mkdtempSync, readFileSync, writeFileSync } = process.getBuiltinModule('node:fs');
  const made = mkdtempSync('/tmp/headroom-own-');
  const [, native] =
    /^```yaml\n(native:[\s\S]*?)^```$/m.exec(readFileSync('docs/own-app.md', 'utf8')) ?? [];
  const indented = native?.replace(/^/gm, '    ');
  writeFileSync(
    `${made}/headroom.yaml`,
    `apps:\n  - name: packed\n    ports: { public: 8123 }\n    serves: [micro]\n${indented}`,
  );
  process.env.HEADROOM_APPS = `none:${made}/headroom.yaml`;
  return made;
});
const written = new Set<string>();
afterAll(() => {
  for (const one of [folder, ...written]) rmSync(one, { recursive: true, force: true });
});

describe('an app that needs packages, as the page declares it', () => {
  it('gets them for a revision, in a copy of its own', async () => {
    const repository = new Repository(folder);
    repository.write('.gitignore', 'node_modules\n');
    repository.write('dependency/package.json', '{ "name": "dependency", "version": "1.0.0" }');
    const dependencies = { dependency: 'file:dependency' };
    repository.write('package.json', JSON.stringify({ name: 'packed', dependencies }));
    const packages = {
      '': { name: 'packed', dependencies },
      dependency: { version: '1.0.0' },
      'node_modules/dependency': { resolved: 'dependency', link: true },
    };
    const lock = { name: 'packed', lockfileVersion: 3, requires: true, packages };
    repository.write('package-lock.json', JSON.stringify(lock));
    repository.commit('An app with a package');
    const subject = subjectNamed(await atRevision(parseSubject('packed@HEAD')), 1);
    written.add(folderOfTree(subject.revision?.tree ?? ''));
    const { cwd, args } = commandOf(subject);
    expect(args[0]).toBe('server.mjs');
    expect(existsSync(join(cwd, 'node_modules/dependency/package.json'))).toBe(true);
    expect(existsSync(join(folder, 'node_modules'))).toBe(false);
  });
});

type Schema = { properties?: Record<string, Schema>; items?: Schema; anyOf?: Schema[] };
/** Of an app of the contract: in its app.json. */
const ofTheContract = ['runtime', 'bookkeeping', 'names', 'behaviour', 'native.python.checkers'];

const keysOf = ({ properties = {}, items, anyOf = [] }: Schema, path = ''): string[] => [
  ...Object.entries(properties).flatMap(([key, inside]) => {
    const own = `${path}${key}`;
    return ofTheContract.includes(own) ? [] : [own, ...keysOf(inside, `${own}.`)];
  }),
  ...[items, ...anyOf].flatMap((inside) => (inside ? keysOf(inside, path) : [])),
];
const inTheFile = (value: unknown, path = ''): string[] =>
  Array.isArray(value)
    ? value.flatMap((one) => inTheFile(one, path))
    : Object.entries(value instanceof Object ? value : {}).flatMap(([key, inside]) => [
        `${path}${key}`,
        ...inTheFile(inside, `${path}${key}.`),
      ]);

describe('the keys of a headroom.yaml', () => {
  const { properties }: Schema = JSON.parse(textOf('docs/schemas/headroom.json'));
  const ofAnApp = keysOf(properties?.apps ?? {});

  it('stand in the example, each with a value or in a comment', () => {
    const example = textOf('examples/headroom.yaml');
    const { apps, workloads } = parse(example);
    const shown = new Set([...inTheFile(apps), ...inTheFile(workloads)]);
    const comments = example.match(/#.*/g)?.join('\n') ?? '';
    const commented = [...comments.matchAll(/(\w+):/g)].map(([, key]) => key);
    const wanted = [...ofAnApp, ...keysOf(properties?.workloads ?? {})];
    expect(wanted.length).toBeGreaterThan(20);
    const missing = wanted.filter(
      (key) => !shown.has(key) && !commented.includes(key.split('.').at(-1)),
    );
    expect(missing).toEqual([]);
  });

  it('stand in the page’s table, those of an app', () => {
    const [, table = ''] = /^(\| key of an app [\s\S]*?)\n\n/m.exec(page) ?? [];
    const named = [...table.matchAll(/`([\w.]+)`/g)].map(([, key]) => key);
    const missing = ofAnApp.filter(
      (key) =>
        !named.some((one) => one === key || one?.startsWith(`${key}.`)) && !/\..*\./.test(key),
    );
    expect(missing.filter((key) => !/^(profiles|usage)\./.test(key))).toEqual([]);
  });
});
