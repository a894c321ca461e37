import { describe, expect, it } from 'vitest';
import { planOf } from '../plan.fixture.ts';
import {
  assertEnds,
  assertEnvironment,
  assertEnvironmentIsSeen,
  assertUntouched,
  configFileOf,
} from './k6-settings.ts';
import { optionsFor } from './options.ts';

const loopback = 'http://127.0.0.1:8081';

describe('a variable of the environment is refused', () => {
  it.each([
    ...['K6_HOSTS', 'K6_RPS', 'K6_NO_SETUP', 'K6_NO_THRESHOLDS', 'K6_LINGER', 'K6_VUS', 'K6_TAGS'],
    ...['K6_DURATION', 'K6_LOCAL_IPS', 'K6_DNS', 'K6_INCLUDE_SYSTEM_ENV_VARS', 'K6_PAUSED'],
    // Of a k6 to come, and those that only begin like a harmless one.
    ...['K6_NEW', 'K6_OUTPUT', 'K6_CONFIG_X', 'K6_'],
  ])('%s, also when it is empty', (name) => {
    const refused = new RegExp(`^${name} is set: .* Unset it, for k6 alone: env -u ${name} k6 run`);
    expect(() => assertEnvironment({ [name]: 'true' }, loopback)).toThrow(refused);
    expect(() => assertEnvironment({ [name]: '' }, loopback)).toThrow(refused);
  });

  it.each(['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy'])(
    '%s, for a target that is not on loopback',
    (name) => {
      const variables = { [name]: 'http://proxy.example:3128' };
      expect(() => assertEnvironment(variables, 'http://express:8080')).toThrow(
        `${name} is set: k6 would send the load for http://express:8080 to that proxy.`,
      );
      for (const own of [loopback, 'http://localhost:8081', 'http://[::1]:8081']) {
        expect(() => assertEnvironment(variables, own), own).not.toThrow();
      }
      expect(() => assertEnvironment({ [name]: '' }, 'http://express:8080')).not.toThrow();
    },
  );
});

it('a variable that leaves the load alone is not refused', () => {
  const names = [
    ...['K6_OUT', 'K6_PROMETHEUS_RW_SERVER_URL', 'K6_WEB_DASHBOARD', 'K6_WEB_DASHBOARD_PORT'],
    ...['K6_CLOUD_TOKEN', 'K6_LOG_OUTPUT', 'K6_ADDRESS', 'K6_NO_USAGE_REPORT', 'K6_FEATURES'],
    ...['K6_CONFIG', 'PATH', 'HOME', 'SSLKEYLOGFILE', 'ALL_PROXY', 'VUS', 'k6_vus'],
  ];
  const variables = Object.fromEntries(names.map((name) => [name, 'x']));
  expect(() => assertEnvironment(variables, 'http://express:8080')).not.toThrow();
});

it('an environment without PATH is one that k6 hides', () => {
  expect(() => assertEnvironmentIsSeen({})).toThrow('does not show its environment');
  expect(() => assertEnvironmentIsSeen({ PATH: '/bin' })).not.toThrow();
});

describe('k6’s configuration file', () => {
  it.each([
    [{ K6_CONFIG: '/c.json', XDG_CONFIG_HOME: '/x', HOME: '/h' }, '/c.json'],
    [{ XDG_CONFIG_HOME: '/x', HOME: '/h' }, '/x/k6/config.json'],
    [{ HOME: '/h' }, '/h/.config/k6/config.json'],
    [{}, undefined],
  ])('is looked for where k6 does: %j', (variables, file) => {
    expect(configFileOf(variables)).toBe(file);
  });

  it('may not keep k6 from ending', () => {
    for (const key of ['linger', 'Linger', 'LINGER', 'ling\\u0065r']) {
      const text = `{ "${key}" : true }`;
      expect(() => assertEnds('/c.json', text), text).toThrow('/c.json sets linger');
    }
    expect(() => assertEnds('/c.json', '{ "linger": false, "noUsageReport": true }')).not.toThrow();
  });
});

describe('options that k6 ends up with', () => {
  const made = () => optionsFor(planOf(), false);
  /** As k6 prints them: names sorted, what is unset as null. */
  const effective = (changes: object = {}) =>
    JSON.parse(
      JSON.stringify({
        ...made(),
        tags: { workload: 'micro', trial: '1', run: 'r1', app: 'express' },
        systemTags: [...(made().systemTags ?? [])].sort(),
        ...{ tlsCipherSuites: null, ext: null, localIPs: null, consoleOutput: null },
        ...changes,
      }),
    );

  it('are left alone when they are as the script made them', () => {
    expect(() => assertUntouched(made(), effective())).not.toThrow();
    const withFeature = { ...made().tags, k6_feature_native_histograms: 'true' };
    expect(() => assertUntouched(made(), effective({ tags: withFeature }))).not.toThrow();
    expect(() => assertUntouched(made(), effective({ httpDebug: 'full' }))).not.toThrow();
  });

  it('are refused when a flag replaced the steps', () => {
    const scenarios = { default: { executor: 'constant-vus', vus: 1, duration: '1s' } };
    expect(() => assertUntouched(made(), effective({ scenarios }))).toThrow(
      /k6 would run default instead of the steps warmup, step_01, step_02: .*--vus/,
    );
  });

  it.each([
    [{ maxRedirects: 10 }, 'maxRedirects = 10 instead of 0'],
    [{ hosts: { 'a.example': '192.0.2.1' } }, 'hosts = {"a.example":"192.0.2.1"} instead of {}'],
    [{ localIPs: '127.0.0.5' }, 'localIPs = "127.0.0.5" instead of null'],
    [{ summaryTrendStats: ['avg'] }, 'summaryTrendStats = ["avg"] instead of ["avg","count"'],
    [{ tags: { run: 'r1' } }, 'tags = {"run":"r1"} instead of {"app":"express","run":"r1"'],
    [{ ofAK6ToCome: 1 }, 'ofAK6ToCome = 1 instead of null'],
    [{ rps: undefined }, 'rps = null instead of 0'],
  ])('are refused when one differs: %j', (changes, sentence) => {
    expect(() => assertUntouched(made(), effective(changes))).toThrow(sentence);
  });
});
