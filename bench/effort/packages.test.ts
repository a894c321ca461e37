import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execaSync } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rootDir } from '../../lab/paths';
import { lockedRequirements, npmPackages, packagesOf, pythonPackages } from './packages';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'packages-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

describe('packages of npm', () => {
  test('are those that production reaches, each where Node would find it', () => {
    const packages = {
      app: { dependencies: { a: '1', b: '1' }, devDependencies: { tool: '1' } },
      'node_modules/a': { dependencies: { b: '2' }, optionalDependencies: { windows: '1' } },
      'node_modules/a/node_modules/b': { dependencies: { a: '1' } },
      'node_modules/b': {},
      'node_modules/tool': {},
      'node_modules/windows': {},
    };
    put('package-lock.json', JSON.stringify({ packages }));
    put('node_modules/a/index.js', '12345');
    put('node_modules/a/node_modules/b/lib/index.js', '1234567');
    put('node_modules/b/index.js', '123');
    put('node_modules/tool/index.js', '1');
    expect(npmPackages(folder, 'app')).toEqual({
      dependencies: { direct: 2, total: 3 },
      installBytes: 15,
    });
    rmSync(join(folder, 'node_modules/b'), { recursive: true });
    expect(() => npmPackages(folder, 'app')).toThrow(/node_modules\/b is in the lock file and not/);
  });

  test('of Express are as many as npm itself lists', () => {
    const { stdout } = execaSync(
      'npm',
      ['ls', '--all', '--omit=dev', '--parseable', '--workspace', 'apps/express'],
      { cwd: rootDir },
    );
    const listed = stdout.split('\n').filter((path) => path.includes('/node_modules/'));
    // npm names the workspace too, by the link to it.
    const packages = new Set(listed.filter((path) => !path.endsWith('@headroom/express')));
    expect(packagesOf('express').dependencies.total).toBe(packages.size);
  });
});

describe('packages of Python', () => {
  test('are those of the lock that this Python has, by what their wheels brought', () => {
    put('requirements.in', '# why\na\nb-c[extra]>=1\n');
    put(
      'requirements.txt',
      "a==1.0 \\\n    --hash=sha256:00\n    # via x==9\nb-c[extra]==2.0 \\\n    --hash=sha256:11\nd==1 ; sys_platform == 'win32' \\\n    --hash=sha256:22\n",
    );
    put('site/a/__init__.py', '1234');
    put('site/a/__pycache__/__init__.pyc', '123456789');
    put('site/a-1.0.dist-info/RECORD', 'a/__init__.py,sha256=x,4\na/__pycache__/__init__.pyc,,\n');
    put('site/b_c.py', '12');
    put('site/b_c-2.0.dist-info/RECORD', '"b_c.py",sha256=x,2\n');
    put('site/mypy.py', '1');
    const site = join(folder, 'site');
    expect(pythonPackages(folder, site)).toEqual({
      dependencies: { direct: 2, total: 2 },
      installBytes: 6,
    });
    rmSync(join(site, 'b_c-2.0.dist-info'), { recursive: true });
    expect(() => pythonPackages(folder, site)).toThrow(/b-c 2.0 is in .*requirements.txt and not/);
  });

  test('stand in the lock with version and condition', () => {
    expect(lockedRequirements("psycopg[binary]==3.3.9 ; x == 'y' \\\n    --hash=a==b\n")).toEqual([
      { name: 'psycopg', version: '3.3.9', conditional: true },
    ]);
  });

  test('of Django are those that it names, and what these bring', () => {
    const { dependencies, installBytes } = packagesOf('django');
    expect(dependencies.direct).toBe(7);
    expect(dependencies.total).toBeGreaterThan(dependencies.direct);
    // Django alone has more.
    expect(installBytes).toBeGreaterThan(8e6);
  });
});
