// app.json: all that the lab must know about one app. One schema for the apps of this repository and for
// any other.
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

/** What an `environment` may name in braces: the lab fills it in for each subject. */
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
const variables = z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string());
const pathTemplate = z.string().regex(/^\/.*\{id\}/, 'expected a path with {id} in it');

const environment = variables.superRefine((given, context) => {
  for (const [name, value] of Object.entries(given)) {
    for (const [written, placeholder = ''] of value.matchAll(/\{(\w+)\}/g)) {
      if ((placeholders as readonly string[]).includes(placeholder)) continue;
      context.addIssue({
        code: 'custom',
        path: [name],
        message: `${written} is nothing that the lab fills in: expected one of ${placeholders.join(', ')}`,
      });
    }
  }
});

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
  command: z.array(z.string()).min(1),
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

export const appSchema = z.strictObject({
  /** As files, metrics, variables (HEADROOM_<NAME>_...) and commands have it. */
  name: z
    .string()
    .regex(/^[a-z]+$/, 'expected lowercase letters only')
    .refine((name) => !reserved.includes(name), 'that name is taken by the lab'),
  title: z.string().min(1),
  colour: z.string().regex(/^#[0-9A-F]{6}$/, 'expected a colour such as #0072B2'),
  marker: z.enum(markers),
  /** Of its processes, where they expose what contract/metrics.yaml declares for that runtime. */
  runtime: z.enum(runtimes).exactOptional(),
  /** What serves it, in words: every run records it. */
  server: z.string().min(1),
  serves: z
    .array(z.enum(parts))
    .refine((served) => served.includes('micro'), 'every app serves micro: add "micro"'),
  /** On this machine; HEADROOM_<NAME>_PORT and HEADROOM_<NAME>_METRICS_PORT change them. */
  ports: z.strictObject({ public: port, metrics: port }),
  /** Path of the page in Prometheus's format, on the metrics port. */
  metricsPath: z.string().startsWith('/').default('/metrics'),
  native,
  /** Its variables, whatever the profile: fixed values, and what the lab fills in. */
  environment,
  /** What a profile may set besides, with the values of the profile `default`. */
  settings: variables.default({}),
  /** Those that contract/profiles.json does not have for it. */
  profiles: z.partialRecord(z.enum(profileNames), choices).default({}),
  /** Absent: the shop's tables are all that its database holds. */
  bookkeeping: z.string().exactOptional(),
  names: names.exactOptional(),
  behaviour: behaviour.prefault({}),
});
export type App = z.infer<typeof appSchema> & {
  /** Absolute path of the folder with its app.json. */
  folder: string;
};

/** An app.json that cannot be used; the message says what to correct. */
export class AppFileError extends Error {
  override name = 'AppFileError';
}
