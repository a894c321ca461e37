// Every variable of the lab, of k6 by hand and of the tests: its name, what it may be, what holds
// without it, and what it is for. docker-compose.yml's stand in .env.example (compose.ts).
import { type App, partPorts } from '../../contract/app';
import { type AppName, appNames, apps, reference } from '../../contract/apps';
import type { Kind } from './values';
import * as values from './values';

export type Variable<Value = unknown> = {
  name: string;
  kind: Kind<Value>;
  meaning: string;
  /** What holds where it is not set, as it would be written. */
  default?: string;
  /** The same in words, where it is no value of its own. */
  without?: string;
  /** Never shown, neither in an error nor in a run. */
  isSecret?: true;
};

type Defaulted<Value> = Variable<Value> & { default: string };

const withDefault = <Value>(
  name: string,
  kind: Kind<Value>,
  fallback: string,
  meaning: string,
): Defaulted<Value> => ({ name, kind, default: fallback, meaning });

const optional = <Value>(
  name: string,
  kind: Kind<Value>,
  without: string,
  meaning: string,
  secrecy: { isSecret?: true } = {},
): Variable<Value> => ({ name, kind, without, meaning, ...secrecy });

const secret = { isSecret: true } as const;

/** `HEADROOM_<NAME>`, the beginning of an app's own variables. */
export const prefixOf = (app: string): string => `HEADROOM_${app.toUpperCase()}`;

export const shopSizeNames = ['1k', '100k', '1m'] as const;
const logLevels = ['debug', 'info', 'warn', 'error'] as const;
const mostPlantedWorkMs = 100;

export const labVariables = {
  resultsDir: optional(
    'HEADROOM_RESULTS',
    values.folder,
    '`results/` of the clone',
    'the folder of runs',
  ),
  stateDir: optional(
    'HEADROOM_STATE',
    values.folder,
    '`.lab/run/` of the clone',
    'the folder of the running lab: list of processes, data of PostgreSQL and Prometheus, logs',
  ),
  postgresUrl: optional(
    'HEADROOM_POSTGRES_URL',
    values.postgresUrl('postgres://user:password@host:5432/postgres'),
    'the embedded PostgreSQL',
    'a PostgreSQL of your own for the native runtime, as a superuser; one lab at a time uses it',
    secret,
  ),
  shopSize: withDefault(
    'HEADROOM_SHOP_SIZE',
    values.oneOf(shopSizeNames),
    '1k',
    'how many products the shop has',
  ),
  logLevel: withDefault(
    'HEADROOM_LOG_LEVEL',
    values.oneOf(logLevels),
    'info',
    'what the apps log; not `LOG_LEVEL`, which a shell may have for another program',
  ),
  plantedWorkMs: withDefault(
    'HEADROOM_PLANTED_WORK_MS',
    values.whole(0, mostPlantedWorkMs),
    '0',
    'a regression on purpose: milliseconds of CPU that each GET /db burns',
  ),
  otherCores: optional(
    'HEADROOM_OTHER_CORES',
    values.otherCores,
    "the lab's own bound ([method.md](method.md#when-a-step-is-void))",
    'cores that other processes may take before a step is void, where the machine is known to be busy',
  ),
  revision: optional(
    'HEADROOM_REVISION',
    values.revision,
    'what git says',
    'the revision that a run names, where there is no git: in an image',
  ),
  webhookUrl: optional(
    'HEADROOM_WEBHOOK_URL',
    values.webUrl('https://hooks.example.org/T0/B0/x'),
    'nobody',
    'who is told of a change that a night found',
    secret,
  ),
  allowFile: optional(
    'HEADROOM_ALLOW_FILE',
    values.absolutePath,
    'this machine alone',
    'a file of hosts that may be loaded, one per line; k6 reads it',
  ),
  allowHosts: optional(
    'HEADROOM_ALLOW_HOSTS',
    values.hosts,
    'this machine alone',
    'hosts that may be loaded; each must stand in `HEADROOM_ALLOW_FILE` too; k6 reads it',
  ),
  inNetwork: withDefault(
    'HEADROOM_IN_NETWORK',
    values.zeroOrOne,
    '0',
    'whether names such as `express` mean the services of docker-compose.yml or of the manifests, which set it; k6 reads it',
  ),
  exporterHost: withDefault(
    'HEADROOM_EXPORTER_HOST',
    values.host,
    '127.0.0.1',
    'where the exporter listens; for a container',
  ),
  liveHost: withDefault(
    'HEADROOM_LIVE_HOST',
    values.host,
    '127.0.0.1',
    'where the live page listens; for a container',
  ),
  subjectCores: withDefault(
    'HEADROOM_SUBJECT_CORES',
    values.cores,
    '1',
    'cores of each app, which `--runtime attached` cannot see',
  ),
  prometheusUrl: optional(
    'HEADROOM_PROMETHEUS_URL',
    values.webUrl('http://prometheus:9090'),
    '`--runtime attached` asks for it',
    'Prometheus, for `--runtime attached`',
  ),
  statisticsUrl: optional(
    'HEADROOM_STATISTICS_URL',
    values.postgresUrl('postgres://postgres:PASSWORD@127.0.0.1:5432/postgres'),
    'PostgreSQL is not watched',
    'the PostgreSQL that the exporter watches, for `--runtime attached` and `lab exporter`',
    secret,
  ),
  databasesUrl: optional(
    'HEADROOM_DATABASES_URL',
    values.postgresUrl('postgres://headroom_lab:PASSWORD@postgres:5432/postgres'),
    'no database is reset, no books are kept, and PostgreSQL’s CPU is not seen',
    'the PostgreSQL of the apps, for `--runtime attached`, with the role of db/lab.sql',
    secret,
  ),
  placement: optional(
    'HEADROOM_PLACEMENT',
    values.folder,
    'cores are not told apart, and neighbours are not seen',
    'a folder that says which cores each part has, for `--runtime attached`: files `subject`, `database`, `generator` and `screens` with a list such as `0,2-3`',
  ),
  caveat: optional(
    'HEADROOM_CAVEAT',
    values.text,
    'none',
    'a sentence that each run carries, about what the lab cannot see itself',
  ),
  namespace: withDefault(
    'HEADROOM_NAMESPACE',
    values.dnsLabel,
    'headroom',
    'the namespace that the manifests were applied to, for `--runtime kubernetes`',
  ),
  podName: optional(
    'HEADROOM_POD',
    values.text,
    'the lab is on no cluster, and `--runtime kubernetes` runs it in the pod of the Deployment `lab`',
    'the pod that the lab is in; the manifests set it',
  ),
  k6Address: optional(
    'HEADROOM_K6_ADDRESS',
    values.address,
    '127.0.0.1 and `HEADROOM_K6_PORT`',
    'where k6 serves its own metrics, for `--runtime attached`',
  ),
};

const partTitles: Record<string, string> = {
  postgres: 'PostgreSQL',
  prometheus: 'Prometheus',
  exporter: 'the exporter',
  live: 'the live page',
  k6: "k6's metrics",
};

/** One of the lab's parts, or of an app `<name>` and `<name>Metrics`. */
export type PortName = string;

export const metricsPortName = (app: AppName): PortName => `${app}Metrics`;

/** HEADROOM_<NAME>_METRICS_PORT for `<name>Metrics`. */
export const portVariable = (name: PortName): string =>
  `${prefixOf(name.replace(/[A-Z]/g, '_$&'))}_PORT`;

type Ports<Value> = Record<keyof typeof partPorts, Value> & Record<PortName, Value>;

const portsByName: Ports<number> = {
  ...Object.fromEntries(
    [...apps, reference].flatMap(({ name, ports }) => [
      ...(ports ? [[name, ports.public] as const] : []),
      ...(ports?.metrics ? [[metricsPortName(name), ports.metrics] as const] : []),
    ]),
  ),
  ...partPorts,
};

export const portVariables = Object.fromEntries(
  Object.entries(portsByName).map(([name, port]) => [
    name,
    withDefault(
      portVariable(name),
      values.port,
      String(port),
      `port of ${partTitles[name] ?? name.replace(/Metrics$/, "'s metrics")}, on 127.0.0.1`,
    ),
  ]),
) as Ports<Defaulted<number>>;

/** Where an app is that somebody else started. */
export const endpointVariables = ({ name, ports, url, metricsPath = '' }: App) => ({
  url: optional(
    `${prefixOf(name)}_URL`,
    values.webUrl(url ?? `http://${name}:${ports?.public}`),
    '`--runtime attached` asks for it',
    `where ${name} is, for \`--runtime attached\` and for k6 by hand`,
  ),
  metricsUrl: optional(
    `${prefixOf(name)}_METRICS_URL`,
    values.webUrl(`http://${name}:${ports?.metrics ?? ports?.public}${metricsPath}`),
    '`--runtime attached` asks for it',
    `the metrics page of ${name}, for \`--runtime attached\``,
  ),
});

export const appVariables: Record<
  AppName,
  ReturnType<typeof endpointVariables>
> = Object.fromEntries([...apps, reference].map((app) => [app.name, endpointVariables(app)]));

/** Read by the scripts in k6/ themselves, which know nothing of the lab; an empty one counts as unset there too. */
export const k6Variables: readonly Variable[] = [
  optional(
    'HEADROOM_APP',
    values.text,
    appNames[0] ?? '',
    `which app is loaded: ${appNames.join(' or ')}, or any name with \`HEADROOM_BASE_URL\``,
  ),
  optional(
    'HEADROOM_BASE_URL',
    values.webUrl('http://127.0.0.1:8000'),
    'where the app is',
    'any other subject on this machine; its forms have the names of `HEADROOM_APP`',
  ),
  optional('HEADROOM_WORKLOAD', values.text, "the scenario's own", 'a workload of `k6/workloads/`'),
  optional(
    'HEADROOM_RATES',
    values.wholeNumbers,
    "the scenario's own",
    'arrivals per second of each step of an open load',
  ),
  optional(
    'HEADROOM_USERS',
    values.wholeNumbers,
    "the scenario's own",
    'users of each step of a closed load (`concurrency.ts`, `shop.ts`)',
  ),
  optional('HEADROOM_STEP_SECONDS', values.seconds, "the scenario's own", 'how long a step lasts'),
  optional(
    'HEADROOM_MODEL',
    values.oneOf(['open', 'closed']),
    'open, or closed with `HEADROOM_USERS`',
    'of `shop.ts`, which has steps of both',
  ),
  optional(
    'HEADROOM_PRODUCTS',
    values.whole(1000, 1_000_000),
    '1000',
    'how many products the shop has, if it is not the smallest',
  ),
  optional(
    'HEADROOM_PLAN',
    values.absolutePath,
    'the load that the scenario shows',
    'a plan ([contract/plan.ts](../contract/plan.ts)) in place of all of these',
  ),
  optional(
    'HEADROOM_GENERATOR',
    values.whole(1, 1000),
    'one k6 makes the whole load',
    'which of the generators this is, where a plan shares its load among several; the lab sets it',
  ),
  optional(
    'HEADROOM_BARRIER',
    values.webUrl('http://127.0.0.1:8000/begin'),
    'nobody is waited for',
    'where the generators of a plan wait for one another; the lab sets it',
  ),
  optional(
    'HEADROOM_TESTRUN',
    values.zeroOrOne,
    "k6's own flags may not change the load",
    'the k6-operator runs this, which gives each runner its part of the load; `lab k6 manifest` sets it',
  ),
];

/** Read before anything is installed, by lab/setup/releases.mjs. */
export const setUpVariables: readonly Variable[] = [
  optional(
    'HEADROOM_RELEASES_URL',
    values.text,
    'https://github.com',
    'a mirror of the releases of k6 and Prometheus, or `off`: nothing is downloaded, and Go builds both',
  ),
];

/** Read by contract/apps.ts, which knows nothing of the lab. */
export const contractVariables: readonly Variable[] = [
  optional(
    'HEADROOM_APPS',
    values.text,
    'the apps in `apps/`',
    'further apps, separated by colons: `headroom.yaml` files ([own-app.md](own-app.md)), or folders with one or with an `app.json`; `none` among them leaves out the apps in `apps/` that are not named there too',
  ),
];

export const testVariables = {
  allowedSkips: optional(
    'HEADROOM_ALLOWED_SKIPS',
    values.pattern,
    'none',
    'names of tests that may be skipped in CI',
  ),
  conformance: optional(
    'HEADROOM_CONFORMANCE',
    values.text,
    'both apps are started',
    'the apps that the conformance suite tests, as JSON ([contract/README.md](../contract/README.md))',
  ),
  chromium: optional(
    'HEADROOM_CHROMIUM',
    values.absolutePath,
    'the one in /usr/bin',
    'the browser of the tests that need one',
  ),
};
