import { globSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { composeVariables } from './compose';
import { readComposeChoices, readConfiguration, recordedConfiguration } from './configuration';
import { readDatabaseService } from './database-service';
import { forgetTheRest, passedTo, shellVariables } from './environment';
import {
  appVariables,
  contractVariables,
  k6Variables,
  labVariables,
  portVariable,
  portVariables,
  setUpVariables,
  testVariables,
  type Variable,
} from './variables';

const rootDir = resolve(__dirname, '../..');
const read = (file: string): string => readFileSync(join(rootDir, file), 'utf8');
const ofLab: Variable[] = [
  ...Object.values(labVariables),
  ...contractVariables,
  ...Object.values(portVariables),
  ...Object.values(appVariables).flatMap((variables) => Object.values(variables)),
];

describe('a variable', () => {
  it.each(ofLab.map(({ name }) => name))('%s counts as unset where it is empty', (name) => {
    expect(readConfiguration({ [name]: '' })).toEqual(readConfiguration({}));
  });

  it.each([
    ['HEADROOM_EXPRESS_PORT', '1e4', 'a whole number from 1 to 65535, or unset it for 8081'],
    ['HEADROOM_LIVE_PORT', '0', 'a whole number from 1 to 65535, or unset it for 3100'],
    ['HEADROOM_K6_PORT', '65536', 'a whole number from 1 to 65535, or unset it for 6565'],
    ['HEADROOM_DJANGO_METRICS_PORT', ' 9182', 'a whole number from 1 to 65535'],
    ['HEADROOM_POSTGRES_PORT', '0x10', 'a whole number from 1 to 65535'],
    ['HEADROOM_SHOP_SIZE', '2k', 'one of 1k, 100k, 1m, or unset it for 1k'],
    ['HEADROOM_SHOP_SIZE', 'toString', 'one of 1k, 100k, 1m'],
    ['HEADROOM_LOG_LEVEL', 'warning', 'one of debug, info, warn, error, or unset it for info'],
    ['HEADROOM_LOG_LEVEL', 'INFO', 'one of debug, info, warn, error'],
    ['HEADROOM_PLANTED_WORK_MS', '1.5', 'a whole number from 0 to 100, or unset it for 0'],
    ['HEADROOM_OTHER_CORES', '0', 'a number of cores above 0 and up to 64, or unset it'],
    ['HEADROOM_OTHER_CORES', '1e1', 'a number of cores above 0 and up to 64'],
    ['HEADROOM_SUBJECT_CORES', '-1', 'a number of cores above 0, or unset it for 1'],
    ['HEADROOM_PROMETHEUS_URL', 'prometheus:9090', 'a URL such as http://prometheus:9090'],
    ['HEADROOM_EXPRESS_URL', 'ftp://x', 'a URL such as http://express:8081'],
    ['HEADROOM_K6_ADDRESS', '6565', 'HOST:PORT such as 127.0.0.1:6565'],
    ['HEADROOM_LIVE_HOST', 'no host', 'a host name or an IP address'],
    ['HEADROOM_ALLOW_FILE', 'allowed.txt', 'an absolute path'],
  ])('%s that is "%s" is refused in one sentence', (name, value, expected) => {
    expect(() => readConfiguration({ [name]: value })).toThrow(
      expect.objectContaining({
        exitCode: 2,
        message: expect.stringContaining(`${name} is "${value}": give ${expected}`),
      }),
    );
  });

  it.each(ofLab.filter(({ isSecret }) => isSecret).map(({ name }) => name))(
    '%s is refused without showing it, and recorded as set',
    (name) => {
      const wrong = () => readConfiguration({ [name]: 'hunter2' });
      expect(wrong).toThrow(`${name} is invalid (its value is secret): give `);
      expect(wrong).not.toThrow('hunter2');
      expect(recordedConfiguration('native', { [name]: 'hunter2' })).toEqual({ [name]: 'set' });
    },
  );

  it('with a mistyped name is refused, in the shell as in .env', () => {
    const mistyped = { HEADROOM_OTHER_CORE: '2' };
    const message = 'HEADROOM_OTHER_CORE is not a variable of the lab: correct its name';
    expect(() => readConfiguration(mistyped)).toThrow(message);
    expect(() => readComposeChoices(mistyped)).toThrow(message);
  });

  it('of a folder may begin with ~, as in .env', () => {
    expect(readConfiguration({ HEADROOM_RESULTS: '~/results' }).resultsDir).toBe(
      `${homedir()}/results`,
    );
  });

  it('of a port is named after what listens there', () => {
    expect(portVariable('expressMetrics')).toBe('HEADROOM_EXPRESS_METRICS_PORT');
    expect(readConfiguration({ HEADROOM_EXPRESS_METRICS_PORT: '19181' }).ports).toMatchObject({
      expressMetrics: 19_181,
      express: 8081,
    });
  });
});

describe("docker-compose.yml's variables", () => {
  it('hold their own defaults, and what stands in .env.example as a pattern', () => {
    for (const { name, kind, default: fallback } of composeVariables()) {
      if (fallback !== undefined) expect(kind.schema.safeParse(fallback).success, name).toBe(true);
    }
  });

  it.each([
    ['HEADROOM_SUBJECT_CPUS', 'half', 'a number of cores above 0, or unset it for 1'],
    ['HEADROOM_GENERATOR_CPUSET', '1;2', 'cores such as 0,2-3, or unset it'],
    ['HEADROOM_GENERATOR_CPUS', 'all', 'a number of cores, or 0 for all, or unset it for 0'],
    ['HEADROOM_GRAFANA_ROLE', 'viewer', 'one of Viewer, Editor, Admin, or unset it for Viewer'],
    ['HEADROOM_SUBJECT_MEMORY', '1 GB', 'a size such as 768m or 2g'],
    ['HEADROOM_EXPRESS_PORTS', '8081 - 8089', 'a port, or a range such as 8081-8089'],
    ['HEADROOM_TRUST_PROXY', 'yes', '0 or 1'],
    ['HEADROOM_DJANGO_REUSE_PORT', '2', '0 or 1, or unset it for 0'],
    ['HEADROOM_RETENTION', '30 days', 'a time such as 30d'],
  ])('%s that is "%s" is refused in one sentence', (name, value, expected) => {
    expect(() => readComposeChoices({ [name]: value })).toThrow(
      expect.objectContaining({
        exitCode: 2,
        message: expect.stringContaining(`${name} is "${value}": give ${expected}`),
      }),
    );
  });

  it('may ask for any free port, which the lab itself may not', () => {
    expect(readComposeChoices({ HEADROOM_GRAFANA_PORT: '0' }).choices).toMatchObject({
      HEADROOM_GRAFANA_PORT: '0',
    });
  });
});

describe('the service database', () => {
  const passwords = { PGPASSWORD: 'a', APP_PASSWORD: 'b', LAB_PASSWORD: 'c' };
  const given = { PGHOST: 'postgres', PGUSER: 'me', ...passwords };

  it('has its server, its passwords and the size of the shop from docker-compose.yml', () => {
    expect(readDatabaseService({ ...given, SHOP_SIZE: '100k' })).toEqual({
      server: { host: 'postgres', port: 5432, user: 'me', password: 'a' },
      ...{ passwords: { app: 'b', lab: 'c' }, shopSize: '100k' },
    });
    expect(readDatabaseService(given).shopSize).toBe('1k');
  });

  it.each([
    ['PGHOST is not set', { ...given, PGHOST: '' }],
    [
      'HEADROOM_SHOP_SIZE is "2k": give one of 1k, 100k, 1m, or unset it for 1k.',
      { ...given, SHOP_SIZE: '2k' },
    ],
  ])('refuses in one sentence: %s', (message, env) => {
    expect(() => readDatabaseService(env)).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringContaining(message) }),
    );
  });
});

describe('a run records', () => {
  it('what differs from its default, and no secret', () => {
    const env = {
      ...{ HEADROOM_LIVE_PORT: '13100', HEADROOM_SHOP_SIZE: '1k', HEADROOM_LOG_LEVEL: '' },
      HEADROOM_EXPRESS_URL: 'http://me:hunter2@127.0.0.1:8081',
      HEADROOM_SUBJECT_MEMORY: '1g',
      PATH: '/bin',
    };
    expect(recordedConfiguration('native', env)).toEqual({
      HEADROOM_LIVE_PORT: '13100',
      HEADROOM_EXPRESS_URL: 'http://127.0.0.1:8081',
    });
  });

  it('of a run in containers what compose was told, and on which engine', () => {
    const env = {
      ...{ HEADROOM_SUBJECT_MEMORY: '1g', HEADROOM_SUBJECT_CPUS: '1' },
      ...{ HEADROOM_APP_PASSWORD: 'hunter2', HEADROOM_NIGHTLY_FLAGS: '--webhook http://x' },
      ...{ DOCKER_HOST: 'unix:///run/docker.sock', SSH_AUTH_SOCK: '/run/agent' },
    };
    expect(recordedConfiguration('compose', env)).toMatchObject({
      ...{ HEADROOM_SUBJECT_MEMORY: '1g', DOCKER_HOST: 'unix:///run/docker.sock' },
      ...{ HEADROOM_APP_PASSWORD: 'set', HEADROOM_NIGHTLY_FLAGS: 'set' },
    });
    expect(recordedConfiguration('compose', env)).not.toHaveProperty('HEADROOM_SUBJECT_CPUS');
    expect(recordedConfiguration('compose', env)).not.toHaveProperty('SSH_AUTH_SOCK');
  });
});

describe('the shell', () => {
  const foreign = {
    ...{ PGOPTIONS: '-c default_transaction_read_only=on', PGHOST: 'db.example', TZ: 'Asia/Tokyo' },
    ...{ NODE_OPTIONS: '--inspect', LOG_LEVEL: 'debug', LD_PRELOAD: '/x.so', GIT_DIR: '/other' },
    ...{ DOCKER_AUTH_CONFIG: 'secret', COMPOSE_FILE: '/other.yml' },
  };

  it('gives the lab what is named, and nothing else', () => {
    const env: NodeJS.ProcessEnv = {
      ...foreign,
      ...{ PATH: '/bin', HEADROOM_LIVE_PORT: '13100', HEADROOM_STATE: '', K6_OUT: 'json' },
    };
    forgetTheRest(env);
    expect(env).toEqual({ PATH: '/bin', HEADROOM_LIVE_PORT: '13100', K6_OUT: 'json' });
  });

  it('gives each program its own part, and none a variable of the lab', () => {
    const env = {
      ...foreign,
      ...{ PATH: '/bin', HOME: '/me', HTTPS_PROXY: 'http://proxy', SSL_CERT_FILE: '/ca.pem' },
      ...{ K6_VUS: '1', DOCKER_HOST: 'unix:///x', HEADROOM_LIVE_PORT: '13100' },
    };
    expect(passedTo('apps', env)).toEqual({ PATH: '/bin' });
    expect(passedTo('PostgreSQL', env)).toEqual({ PATH: '/bin' });
    expect(passedTo('Prometheus', env)).toEqual({ PATH: '/bin' });
    expect(passedTo('k6', env)).toEqual({ PATH: '/bin', SSL_CERT_FILE: '/ca.pem' });
    const byHand = { PATH: '/bin', HOME: '/me', SSL_CERT_FILE: '/ca.pem' };
    const refusedByK6 = { K6_VUS: '1', HTTPS_PROXY: 'http://proxy' };
    expect(passedTo('k6 by hand', env)).toEqual({ ...byHand, ...refusedByK6 });
    const docker = { DOCKER_HOST: 'unix:///x', HTTPS_PROXY: 'http://proxy' };
    expect(passedTo('Docker', env)).toEqual({ PATH: '/bin', HOME: '/me', ...docker });
  });
});

describe('nothing else', () => {
  const sources = (patterns: string[]) =>
    globSync(patterns, { cwd: rootDir }).filter((file) => !/\.(test|fixture)\.ts$/.test(file));

  it('in lab/ and bench/ reads the environment', () => {
    const files = sources(['lab/**/*.ts', 'bench/*.ts', 'bench/effort/*.ts']);
    expect(files.length).toBeGreaterThan(150);
    const readers = files.filter(
      (file) =>
        !file.startsWith('lab/configuration/') &&
        /process\.env\b|[{,] env\b[^}]*\} = process|\.env\(/.test(read(file)),
    );
    expect(readers).toEqual([]);
  });

  it('is read by k6 than is listed', () => {
    const names = sources(['k6/lib/**/*.ts', 'k6/scenarios/*.ts']).flatMap((file) => [
      ...read(file).matchAll(/\bHEADROOM_[A-Z_]+\b(?!<)/g),
    ]);
    const { allowFile, allowHosts, inNetwork } = labVariables;
    const listed = [...k6Variables, allowFile, allowHosts, inNetwork].map(({ name }) => name);
    expect([...new Set(names.map(([name]) => name))].sort()).toEqual(listed.sort());
  });

  it('begins with HEADROOM_ in our files than is listed', () => {
    const all = [
      ...ofLab,
      ...k6Variables,
      ...setUpVariables,
      ...composeVariables(),
      ...Object.values(testVariables),
    ];
    const isListed = (found: string) =>
      all.some(({ name }) => name === found || name.startsWith(`${found}_`));
    const files = sources(['lab/**/*.{ts,mjs}', 'bench/**/*.ts', 'k6/**/*.ts']);
    const named = [
      ...files,
      'docker-compose.yml',
      'lab/Dockerfile',
      '.ci/run',
      'README.md',
    ].flatMap((file) => [...read(file).matchAll(/\bHEADROOM_[A-Z0-9]+(_[A-Z0-9]+)*\b(?![_<*])/g)]);
    const strange = new Set(named.map(([name]) => name).filter((name) => !isListed(name)));
    // A constant, not a variable of the environment.
    expect([...strange]).toEqual(['HEADROOM_SHARE']);
  });

  it('is named twice among what the shell gives', () => {
    for (const { names } of shellVariables) expect(new Set(names).size).toBe(names.length);
  });
});
