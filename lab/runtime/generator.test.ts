import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { rootDir } from '../paths';
import {
  inOneFile,
  k6Arguments,
  memoryVariables,
  scenarioFile,
  variablesByHand,
  withImports,
} from './generator';

afterEach(() => vi.unstubAllEnvs());

describe('k6 as the lab starts it', () => {
  it('gets none of the variables that could change what it does', async () => {
    const foreign = {
      ...{ K6_VUS: '1', K6_CONFIG: '/mine.json', XDG_CONFIG_HOME: '/home/me/.config', HOME: '/me' },
      ...{ HTTP_PROXY: 'http://proxy.example', all_proxy: 'x', SSLKEYLOGFILE: '/keys' },
      ...{
        GOMAXPROCS: '1',
        GODEBUG: 'http2client=0',
        GOGC: '10',
        HEADROOM_APP: 'django',
        APP: 'x',
      },
    };
    const own = {
      PATH: '/bin',
      TMPDIR: '/tmp',
      HEADROOM_ALLOW_FILE: '/allow',
      SSL_CERT_FILE: '/ca.pem',
    };
    const url = 'http://127.0.0.1:9090';
    for (const [name, value] of Object.entries({ ...foreign, ...own, SSL_CERT_DIR: '' }))
      vi.stubEnv(name, value);
    vi.resetModules();
    const { k6Environment } = await import('./generator.ts');
    expect(k6Environment('/plan.json', url)).toEqual({
      ...own,
      ...{ GOGC: '400', GOMEMLIMIT: expect.stringMatching(/^[1-9]\d+MiB$/) },
      HEADROOM_PLAN: '/plan.json',
      ...{ K6_AUTO_EXTENSION_RESOLUTION: 'false', K6_FEATURES: 'native-histograms' },
      ...{ K6_NO_USAGE_REPORT: 'true', K6_PROMETHEUS_RW_SERVER_URL: `${url}/api/v1/write` },
      ...{ K6_PROMETHEUS_RW_PUSH_INTERVAL: '2s', K6_PROMETHEUS_RW_STALE_MARKERS: 'true' },
    });
  });

  it('keeps to its part of the container’s memory, or of the machine’s', () => {
    const constrained = vi.spyOn(process, 'constrainedMemory');
    constrained.mockReturnValue(896 * 2 ** 20);
    expect(memoryVariables()).toEqual({ GOGC: '400', GOMEMLIMIT: '537MiB' });
    expect(memoryVariables(3).GOMEMLIMIT).toBe('179MiB');
    const quarter = `${Math.floor(totalmem() / 4 / 2 ** 20)}MiB`;
    // What is said where nothing limits it: with cgroups of version 1 a number beyond all memory.
    for (const none of [0, 2 ** 63]) {
      constrained.mockReturnValue(none);
      expect(memoryVariables().GOMEMLIMIT).toBe(quarter);
    }
    constrained.mockRestore();
  });

  it('gets each scenario as one file, which asks for modules of k6’s own alone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'headroom-k6-'));
    for (const file of readdirSync(join(rootDir, 'k6/scenarios'))) {
      const made = await inOneFile(join(rootDir, 'k6/scenarios', file), join(folder, `${file}.js`));
      const text = readFileSync(made, 'utf8');
      const asked = [...text.matchAll(/^(?:import|export) .*from "(.*)";$/gm)].map(
        ([, from]) => from,
      );
      expect(asked.length).toBeGreaterThan(0);
      expect(asked.filter((from) => !/^k6(\/|$)/.test(from ?? ''))).toEqual([]);
      expect(text).toMatch(/sourceMappingURL=data:/);
    }
    rmSync(folder, { recursive: true });
  });

  it('is brought to another machine with what its script imports', async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'headroom-k6-')));
    const paths = ['own.ts', 'lib.ts', 'data.json'].map((name) => join(folder, name));
    const [own = '', lib = '', data = ''] = paths;
    writeFileSync(own, "import http from 'k6/http';\nimport { a } from './lib.ts';\nhttp.get(a);");
    writeFileSync(lib, "import all from './data.json';\nexport const { a } = all;");
    writeFileSync(data, '{ "a": "b" }');
    expect((await withImports(own)).sort()).toEqual(paths.sort());
    rmSync(lib);
    expect(await withImports(own)).toEqual([own]);
    rmSync(folder, { recursive: true });
  });

  it('reads the clone’s configuration file in place of the user’s', () => {
    const args = k6Arguments(scenarioFile('smoke'), '127.0.0.1:6565');
    expect(args[args.indexOf('--config') + 1]).toMatch(/\/k6\/config\.json$/);
  });
});

it('k6 by hand finds the apps where they listen, and writes to the lab’s Prometheus', () => {
  const variables = variablesByHand({
    urls: { express: 'http://127.0.0.1:18081', django: 'http://127.0.0.1:18082' },
    address: '127.0.0.1:16565',
    prometheusUrl: 'http://127.0.0.1:19090',
  });
  expect(variables).toMatchObject({
    HEADROOM_EXPRESS_URL: 'http://127.0.0.1:18081',
    HEADROOM_DJANGO_URL: 'http://127.0.0.1:18082',
    K6_ADDRESS: '127.0.0.1:16565',
    K6_OUT: 'experimental-prometheus-rw',
    K6_PROMETHEUS_RW_SERVER_URL: 'http://127.0.0.1:19090/api/v1/write',
  });
});
