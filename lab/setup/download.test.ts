// Where k6 and Prometheus come from, tried with the programs of this machine as their own releases,
// which a server on loopback has in every condition that a download can be in.
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { toolsDir } from '../paths';
import { FakeClone } from './fake-clone.fixture';

const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
const k6 = `k6-v2.2.0-linux-${architecture}`;
const prometheus = `prometheus-3.15.0.linux-${architecture}`;
const archives = { [k6]: ['k6'], [prometheus]: ['prometheus', 'promtool'] };
const checksumFiles: Record<string, string> = {
  'k6-v2.2.0-checksums.txt': `${k6}.tar.gz`,
  'sha256sums.txt': `${prometheus}.tar.gz`,
};
/** On the PATH of the launcher, beside what unpacks: neither k6 nor Prometheus, nor Go. */
const toolsWithoutThem = ['npm', 'python3'];
const unpackers = ['tar', 'gzip'];

let folder: string;
let server: Server;
let asked: string[];
/** What becomes of a request; undefined: it is answered as it should be. */
let mishap: ((name: string, response: ServerResponse) => 'handled' | undefined) | undefined;
let clone: FakeClone;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-releases-'));
  for (const [name, programs] of Object.entries(archives)) {
    mkdirSync(join(folder, name));
    for (const program of programs) {
      cpSync(realpathSync(join(toolsDir, 'bin', program)), join(folder, name, program));
    }
    writeFileSync(join(folder, name, 'LICENSE'), 'as in the real one, not unpacked');
    await execa('tar', ['--use-compress-program=gzip -1', '-cf', `${name}.tar.gz`, name], {
      cwd: folder,
    });
  }
  mkdirSync(join(folder, 'bin'));
  for (const name of unpackers) {
    const { stdout } = await execa('which', [name]);
    symlinkSync(stdout, join(folder, 'bin', name));
  }
  server = createServer((request, response) => {
    const name = basename(request.url ?? '');
    asked.push(request.url ?? '');
    if (mishap?.(name, response) === 'handled') return;
    const summed = checksumFiles[name];
    response.end(summed ? `${sumOf(summed)}  ${summed}\n` : readFileSync(join(folder, name)));
  });
  // A proxy is asked for a tunnel; this one leads back to the server itself.
  server.on('connect', ({ url }, socket) => {
    asked.push(`CONNECT ${url}`);
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    server.emit('connection', socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}, 60_000);
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  asked = [];
  mishap = undefined;
  clone = new FakeClone();
});
afterEach(() => clone.remove());

const sumOf = (name: string) =>
  createHash('sha256')
    .update(readFileSync(join(folder, name)))
    .digest('hex');
const site = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/mirror/`;
const launch = (tools = toolsWithoutThem, env: NodeJS.ProcessEnv = {}) =>
  clone.launch(['tour'], tools, {
    PATH: [clone.path('bin'), join(folder, 'bin')].join(delimiter),
    HEADROOM_RELEASES_URL: site(),
    ...env,
  });
const log = (name: string) => readFileSync(clone.path('.lab/logs', `${name}.log`), 'utf8');
const source = (name: string) =>
  JSON.parse(readFileSync(clone.path('.lab', name, 'source.json'), 'utf8'));

describe('a release that can be downloaded', () => {
  test('is checked, unpacked, linked and written down, and needs no Go', async () => {
    const { code, stderr } = await launch();
    expect(stderr).toMatch(/✔ k6 2\.2 .*downloaded/);
    expect(stderr).toMatch(/✔ Prometheus 3\.15 .*downloaded/);
    expect(code).toBe(0);
    for (const program of ['k6', 'prometheus', 'promtool']) {
      const { all } = await execa(clone.path('.lab/bin', program), ['--version'], { all: true });
      expect(all).toContain(program === 'k6' ? '2.2.0' : '3.15.0');
    }
    expect(source('k6')).toEqual({
      url: `${site()}grafana/k6/releases/download/v2.2.0/${k6}.tar.gz`,
      sha256: sumOf(`${k6}.tar.gz`),
      checkedAgainst: [
        `the checksum file ${site()}grafana/k6/releases/download/v2.2.0/k6-v2.2.0-checksums.txt`,
      ],
    });
    expect(existsSync(clone.path('.lab/k6', `${k6}.tar.gz`))).toBe(false);
    asked = [];
    expect(await launch()).toMatchObject({ code: 0, stderr: '' });
    expect(asked).toEqual([]);
  });

  test('is checked against its pin too, where a maintainer recorded one', async () => {
    const { NODE_USE_ENV_PROXY: _, ...env } = process.env;
    const program = clone.path('lab/setup/download.mjs');
    const pins = () =>
      JSON.parse(readFileSync(clone.path('lab/setup/pinned-downloads.json'), 'utf8'));
    mishap = (name, response) => {
      // Of another processor's releases this server has none: they are the same, renamed.
      const here = name.replace(/(amd64|arm64)/, architecture);
      const summed = checksumFiles[name];
      const all = summed && ['amd64', 'arm64'].map((one) => summed.replace(architecture, one));
      response.end(
        all
          ? all.map((one) => `${sumOf(summed)}  ${one}\n`).join('')
          : readFileSync(join(folder, here)),
      );
      return 'handled';
    };
    await execa(process.execPath, [program, '--pin'], {
      env: { ...env, HEADROOM_RELEASES_URL: site() },
      extendEnv: false,
    });
    expect(Object.keys(pins())).toHaveLength(4);
    expect(pins()[`${k6}.tar.gz`]).toBe(sumOf(`${k6}.tar.gz`));
    mishap = undefined;
    expect(await launch()).toMatchObject({ code: 0 });
    expect(source('k6').checkedAgainst).toHaveLength(2);

    writeFileSync(
      clone.path('lab/setup/pinned-downloads.json'),
      JSON.stringify({ ...pins(), [`${k6}.tar.gz`]: '0'.repeat(64) }),
    );
    // What was downloaded before is downloaded again for its new pin.
    const refused = await launch();
    expect(refused.code).toBe(5);
    expect(refused.stderr).toMatch(/pinned-downloads\.json says 0000/);
  });

  test('comes through a proxy where the environment names one', async () => {
    const { code } = await launch(toolsWithoutThem, {
      HEADROOM_RELEASES_URL: 'http://releases.example/mirror',
      HTTP_PROXY: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    });
    expect(code).toBe(0);
    expect(asked).toContain('CONNECT releases.example:80');
    expect(asked).toContainEqual(expect.stringMatching(/\/mirror\/grafana\/k6\/.*\.tar\.gz$/));
  });
});

describe('an archive that is not what its checksum says', () => {
  test('is refused, named and deleted, and nothing is run in its place', async () => {
    mishap = (name, response) => {
      if (name !== `${k6}.tar.gz`) return undefined;
      response.end(Buffer.concat([readFileSync(join(folder, name)), Buffer.from('!')]));
      return 'handled';
    };
    const { code, stderr, stdout } = await launch([...toolsWithoutThem, 'go']);
    expect(code).toBe(5);
    expect(stdout).toBe('');
    expect(stderr).toMatch(new RegExp(`${k6}\\.tar\\.gz was refused and deleted: its SHA-256 is`));
    expect(stderr).toContain(sumOf(`${k6}.tar.gz`));
    expect(existsSync(clone.path('.lab/bin/k6'))).toBe(false);
    expect(existsSync(clone.path('.lab/k6'))).toBe(false);
    expect(clone.calls().filter((call) => call.startsWith('go build'))).toEqual([]);
  });
});

describe('a release that cannot be had', () => {
  const conditions: [string, NonNullable<typeof mishap>, RegExp][] = [
    [
      'half a download, twice',
      (name, response) => {
        if (!name.endsWith('.tar.gz')) return undefined;
        response.writeHead(200, { 'Content-Length': '1000000' });
        response.write('half', () => response.destroy());
        return 'handled';
      },
      /trying again/,
    ],
    [
      'a server without it',
      (_, response) => {
        response.writeHead(404).end();
        return 'handled';
      },
      /HTTP 404/,
    ],
    [
      'a page that asks for a password, in place of the checksums',
      (_, response) => {
        response.end('<html>Log in to the network</html>');
        return 'handled';
      },
      /does not name/,
    ],
    ['a server that does not answer', () => 'handled', /no answer within/],
  ];
  test('through a proxy that never answers is built from the pinned modules', async () => {
    const silent = createServer().on('connect', () => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { code, stderr } = await launch([...toolsWithoutThem, 'go'], {
      HEADROOM_RELEASES_URL: 'http://releases.example',
      HTTP_PROXY: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    });
    silent.closeAllConnections();
    silent.close();
    expect(stderr).toMatch(/no download; building from tools\/k6/);
    expect(code).toBe(0);
  });

  test.each(conditions)('(%s) is built from the pinned modules', async (_, condition, why) => {
    mishap = condition;
    const { code, stderr } = await launch([...toolsWithoutThem, 'go']);
    expect(log('k6')).toMatch(why);
    expect(stderr).toMatch(/no download; building from tools\/k6/);
    expect(clone.calls()).toContainEqual(expect.stringMatching(/^go build .*go\.k6\.io\/k6\/v2$/));
    expect(code).toBe(0);
  });

  test('says what to install where there is no Go', async () => {
    const [, condition] = conditions[1] as (typeof conditions)[number];
    mishap = condition;
    const { code, stderr } = await launch();
    expect(code).toBe(5);
    expect(stderr).toMatch(/(k6 2\.2|Prometheus 3\.15) could not be downloaded/);
    expect(stderr).toContain('https://go.dev/dl');
  });

  test('is not asked for where the user says so', async () => {
    const { code } = await launch([...toolsWithoutThem, 'go'], { HEADROOM_RELEASES_URL: 'off' });
    expect(code).toBe(0);
    expect(asked).toEqual([]);
  });
});
