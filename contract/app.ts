// What the lab must know about an app: one schema for the app.json of this repository's apps and for the
// headroom.yaml of any other.
import { z } from 'zod';
import profilesFile from './profiles.json';

/** The parts of contract/openapi.yaml that an app may serve. */
export const parts = ['micro', 'exhibits', 'shop'] as const;
export type Part = (typeof parts)[number];

/** Shapes by which charts tell apps apart, besides the colour. */
export const markers = ['circle', 'diamond', 'triangle', 'hexagon'] as const;
export type Marker = (typeof markers)[number];

export type ProfileName = keyof typeof profilesFile;
export const profileNames = Object.keys(profilesFile) as ProfileName[];

/** Kinds of processes whose own metrics contract/metrics.yaml declares. */
export const runtimes = ['node', 'python'] as const;

/** What a `command` and an `environment` may name in braces: the lab fills it in for each subject. */
const placeholders = [
  'databaseUrl',
  'port',
  'metricsPort',
  'workers',
  'threads',
  'pool',
  'keepAliveSeconds',
  'shutdownSeconds',
  'sessionSecret',
  'logLevel',
  'plantedWorkMs',
  /** The home folder of whoever runs the lab; an app is not given it otherwise. */
  'home',
] as const;
export type Placeholder = (typeof placeholders)[number];

/** Where the lab's own parts listen, on 127.0.0.1; HEADROOM_<NAME>_PORT changes one. */
export const partPorts = {
  postgres: 54_318,
  prometheus: 9090,
  exporter: 9190,
  live: 3100,
  k6: 6565,
};

/** Names that an app may not have: each is a port, a service, a step of the set-up or a variable already. */
const reserved = [
  ...Object.keys(partPorts),
  ...['grafana', 'lab', 'nightly', 'database', 'results'],
  ...['node', 'npm', 'python'],
  // HEADROOM_BASE_URL and the like.
  ...['base', 'webhook', 'statistics', 'releases'],
];

const port = z.int().min(1).max(65_535);
const count = z.int().positive();
const path = z.string().startsWith('/', 'expected a path that begins with /');
const pathTemplate = z.string().regex(/^\/.*\{id\}/, 'expected a path with {id} in it');

/** Names in braces, of what the lab fills in. */
export const placeholdersIn = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);

const filledIn = z.string().superRefine((text, context) => {
  for (const name of placeholdersIn(text)) {
    if ((placeholders as readonly string[]).includes(name)) continue;
    context.addIssue({
      code: 'custom',
      message: `{${name}} is nothing that the lab fills in: expected one of ${placeholders.join(', ')}`,
    });
  }
});
const words = z.array(filledIn).min(1);

const variableName = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]*$/, 'expected a name of capitals, digits and _');
const variables = z.record(variableName, z.string());

/** What a profile decides for an app, on each core. */
const choices = z.strictObject({
  workersPerCore: count,
  /** Requests that a worker answers at a time by threads; absent: an event loop. */
  threadsPerWorker: count.exactOptional(),
  poolPerWorker: count,
  keepAliveSeconds: count,
  /** Variables that this profile sets to other values than `settings` has. */
  settings: variables.exactOptional(),
});
export type Choices = z.infer<typeof choices>;

/**
 * How the lab starts an app on this machine; paths are relative to the app's folder. Set-up carries out
 * `build` and `python` for the apps in apps/; the owner of any other does so first.
 */
const native = z.strictObject({
  /** `node` is the lab's own, and what `python` installs is on the PATH. */
  command: words,
  /** What makes `output` of `inputs`, before the first start and when they change. */
  build: z
    .strictObject({
      command: z.array(z.string()).min(1),
      inputs: z.array(z.string()),
      output: z.string(),
    })
    .exactOptional(),
  /** Files of pinned requirements, installed by pip with their hashes. */
  python: z
    .strictObject({
      requirements: z.string(),
      /** What `npm test` checks it with: ruff and mypy. */
      checkers: z.string().exactOptional(),
    })
    .exactOptional(),
});

/** What the app's framework calls the things that the contract leaves to it (contract/names.ts). */
const names = z.strictObject({
  sessionCookie: z.string(),
  csrfField: z.string(),
  staff: z.strictObject({
    products: z.string(),
    add: z.string(),
    change: pathTemplate,
    remove: pathTemplate,
    confirmation: z.record(z.string(), z.string()),
    stockShown: z.string(),
  }),
});

/** Where the contract lets apps differ; each default is the first of the two cases in its comment. */
const behaviour = z.strictObject({
  /** Value of the header `Server`; null: it sends none. */
  serverHeader: z.string().nullable().default(null),
  /** A client that leaves while it is answered is counted as 499; or the app cannot see it. */
  seesCutRequests: z.boolean().default(true),
  /** Each broken connection of a pool may fail one request; or a worker gives up all with the first. */
  dropsPoolAtOnce: z.boolean().default(false),
  /** Every answer announces its length; or the profile `bare` sends chunks. */
  chunksWhenBare: z.boolean().default(false),
  /** Where sessions are kept. */
  sessions: z
    .strictObject({ table: z.string(), key: z.string(), expires: z.string() })
    .exactOptional(),
  /** What staff have changed is told on the page itself; or on the next one, by the session. */
  tellsChangesBySession: z.boolean().default(false),
});

/** Of a machine, without a path: its own port is part of it. */
const origin = z
  .string()
  .regex(
    /^https?:\/\/(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:\d{1,5})?$/,
    'expected http:// or https://, a host in lower case and a port, such as http://127.0.0.1:8000, and nothing behind it',
  );

/** A service of a compose file in the app's folder. */
const compose = z.strictObject({
  file: z.string().default('docker-compose.yml'),
  service: z.string().min(1),
});

/** On a cluster, in the namespace of the lab (docs/own-app.md). */
const objectName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'expected lower-case letters, digits and -');
const kubernetes = z.strictObject({
  /** What the lab scales and changes. */
  deployment: objectName,
  /** What k6 loads: a headless one, so that it reaches each pod. */
  service: objectName,
});

export const appSchema = z
  .strictObject({
    /** As files, metrics, variables (HEADROOM_<NAME>_...) and commands have it. */
    name: z
      .string()
      .regex(/^[a-z][a-z0-9]*$/, 'expected lowercase letters and digits, a letter first')
      .refine((name) => !reserved.includes(name), 'that name is taken by the lab'),
    /** What charts and sentences call it; without one: the name. */
    title: z.string().min(1).exactOptional(),
    /** Without them: the first that no other app has. */
    colour: z
      .string()
      .regex(/^#[0-9A-F]{6}$/, 'expected a colour such as #0072B2')
      .exactOptional(),
    marker: z.enum(markers).exactOptional(),
    /** Of its processes, where they expose what contract/metrics.yaml declares for that runtime. */
    runtime: z.enum(runtimes).exactOptional(),
    /** What serves it, in words: every run records it. Without it: the command, service or URL. */
    server: z.string().min(1).exactOptional(),
    /** Parts of the contract; none for an app that knows nothing of it. */
    serves: z
      .array(z.enum(parts))
      .refine(
        (served) => served.length === 0 || served.includes('micro'),
        'every app serves micro: add "micro", or serve nothing of the contract',
      )
      .default([]),
    /** Where it is, if somebody else keeps it up. */
    url: origin.exactOptional(),
    /** Or how the lab starts it. */
    native: native.exactOptional(),
    compose: compose.exactOptional(),
    kubernetes: kubernetes.exactOptional(),
    /** On this machine, or those of the Service; HEADROOM_<NAME>_PORT and HEADROOM_<NAME>_METRICS_PORT change them. */
    ports: z.strictObject({ public: port, metrics: port.exactOptional() }).exactOptional(),
    /** It is ready once this path answers 2xx; given up after so many seconds. */
    ready: z
      .strictObject({
        /** Without one: /readyz for an app that serves micro, else /. */
        path: path.exactOptional(),
        seconds: count.default(30),
      })
      .prefault({}),
    /**
     * Path of the page in Prometheus's format: on the metrics port (there without one: /metrics), or on the
     * app's own. Absent on both: the app has no such page.
     */
    metricsPath: path.exactOptional(),
    /**
     * Where its CPU and memory are read: of the process that the lab starts, of the one that listens at its
     * port, of a container, or nowhere. Without it: the process that was started, the container of the
     * compose service, the port of the URL.
     */
    usage: z
      .union(
        [z.enum(['process', 'port', 'none']), z.strictObject({ container: z.string().min(1) })],
        'expected process, port, none, or a container such as {container: NAME}',
      )
      .exactOptional(),
    /** A command that sets its data back, before each start. */
    reset: words.exactOptional(),
    /** Its variables, whatever the profile: fixed values, and what the lab fills in. */
    environment: z.record(variableName, filledIn).default({}),
    /** What a profile may set besides, with the values of the profile `default`. */
    settings: variables.default({}),
    /** Those that contract/profiles.json does not have for it. */
    profiles: z.partialRecord(z.enum(profileNames), choices).default({}),
    /** Absent: the shop's tables are all that its database holds. */
    bookkeeping: z.string().exactOptional(),
    names: names.exactOptional(),
    behaviour: behaviour.prefault({}),
  })
  .superRefine(({ url, native, compose, kubernetes, ports }, context) => {
    const issue = (key: string, message: string) =>
      context.addIssue({ code: 'custom', path: [key], message });
    const ways = Object.entries({ url, native, compose, kubernetes }).filter(
      ([, way]) => way !== undefined,
    );
    if (ways.length !== 1) {
      issue(
        ways[1]?.[0] ?? 'native',
        'give one of url (somebody else keeps it up), native (a command), compose (a service) and kubernetes (a Deployment)',
      );
    }
    if (url === undefined && ports === undefined) {
      issue('ports', 'say where it listens, such as {"public": 8000}');
    }
    if (url !== undefined && ports !== undefined) issue('ports', 'the url has the port');
  });

const sloHint =
  'give the share of requests and their bound, such as {share: 0.99, thresholdSeconds: 0.1}';

/** A workload that somebody brings: one iteration of its k6 file is one request. */
const workloadSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_-]*$/, 'expected lowercase letters, digits, - and _'),
  /** The file with its default function, relative to the headroom.yaml. */
  k6: z.string().regex(/\.[jt]s$/, 'expected a file that ends with .ts or .js'),
  slo: z.strictObject(
    {
      share: z.number(sloHint).gt(0, sloHint).max(1, sloHint),
      thresholdSeconds: z.number(sloHint).positive(sloHint),
    },
    { error: ({ code }) => (code === 'invalid_type' ? sloHint : undefined) },
  ),
});

/** A headroom.yaml. */
export const headroomSchema = z.strictObject({
  apps: z.array(appSchema).min(1, 'name at least one app'),
  /** Without any, the apps are asked for the parts of the contract that they serve. */
  workloads: z.array(workloadSchema).default([]),
});
export type Headroom = z.infer<typeof headroomSchema>;

export type AppFile = z.infer<typeof appSchema>;
export type App = AppFile & {
  title: string;
  colour: string;
  marker: Marker;
  server: string;
  ready: { path: string; seconds: number };
  /** Absolute path of the folder that its paths are relative to, and of the file that declares it. */
  folder: string;
  file: string;
};

/** Whether what starts it names this in braces: what is not named there, it does not get. */
export const takes = ({ native, environment }: AppFile, placeholder: string): boolean =>
  [...(native?.command ?? []), ...Object.values(environment)].some((text) =>
    placeholdersIn(text).includes(placeholder),
  );

/** An app.json or headroom.yaml that cannot be used; the message says what to correct. */
export class AppFileError extends Error {
  override name = 'AppFileError';
}
