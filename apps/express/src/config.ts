// The app's environment (contract/README.md), checked once, before anything starts.
import { isIP } from 'node:net';
import { z } from 'zod';

const wholeNumber = (minimum: number, maximum: number) => {
  const expected = `give a whole number from ${minimum} to ${maximum}`;
  return z
    .string(expected)
    .regex(/^\d{1,7}$/, expected)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, expected);
};

const seconds = (minimum: number, maximum: number) => {
  const expected = `give seconds from ${minimum} to ${maximum}, such as 2 or 0.5`;
  return z
    .string(expected)
    .regex(/^\d{1,7}(\.\d{1,3})?$/, expected)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, expected);
};

const oneOf = <const Values extends readonly string[]>(...values: Values) =>
  z.enum(values, `give one of ${values.join(', ')}`);

const address = 'give an IP address or localhost';

/** Exact names: what Django takes for a pattern (`*`, `.example`) would mean nothing here. */
const HOST_NAMES =
  /^\s*([\w-]+(\.[\w-]+)*|\[[\da-f:.]+\])\s*(,\s*([\w-]+(\.[\w-]+)*|\[[\da-f:.]+\])\s*)*$/i;
const hostNames = 'give host names separated by commas, such as 127.0.0.1,localhost';

/** No space in any script: `\s` is another set in each language. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: Python takes these four for spaces.
const SECRET = /^[^\p{White_Space}\x1c-\x1f\ufeff]{50,}$/u;
const secret = 'give 50 characters or more without spaces, such as of `openssl rand -base64 48`';

const DATABASE_URL =
  /^postgres(ql)?:\/\/[^:@/?#\s]+(:[^:@/?#\s]*)?@(\[[\da-fA-F:.]+\]|[\w.-]+)(:\d{1,5})?\/[^/?#\s]+$/;
const databaseUrl = 'give postgres://user:password@host:port/database';

/** Percent signs escape UTF-8, and no NUL, which PostgreSQL has no room for. */
function isEscaped(url: string): boolean {
  try {
    return !decodeURIComponent(url).includes('\0');
  } catch {
    return false;
  }
}

const environment = z
  .object({
    DATABASE_URL: z
      .string(databaseUrl)
      .regex(DATABASE_URL, databaseUrl)
      .refine((url) => URL.canParse(url) && isEscaped(url), databaseUrl),
    HOST: z
      .string()
      .refine((host) => host === 'localhost' || isIP(host) !== 0, address)
      .default('127.0.0.1'),
    PORT: wholeNumber(1, 65_535),
    METRICS_PORT: wholeNumber(1, 65_535),
    ALLOWED_HOSTS: z.string().regex(HOST_NAMES, hostNames).default('127.0.0.1,localhost'),
    TRUST_PROXY: oneOf('0', '1').default('0'),
    WORKERS: wholeNumber(1, 1_024).default(1),
    POOL_SIZE: wholeNumber(1, 1_000).default(4),
    POOL_TIMEOUT_SECONDS: seconds(0.1, 3_600).default(2),
    KEEP_ALIVE_SECONDS: wholeNumber(1, 3_600).default(75),
    CLIENT_TIMEOUT_SECONDS: wholeNumber(1, 3_600).default(10),
    SHUTDOWN_SECONDS: wholeNumber(1, 3_600).default(10),
    SESSION_SECRET: z.string(secret).regex(SECRET, secret),
    LOG_LEVEL: oneOf('debug', 'info', 'warn', 'error').default('info'),
    CGROUP_METRICS: oneOf('0', '1').default('0'),
    PREPARED_STATEMENTS: oneOf('0', '1').default('0'),
    MIDDLEWARE: oneOf('full', 'none').default('full'),
    PLANTED_WORK_MS: wholeNumber(0, 100).default(0),
  })
  .refine((env) => env.PORT !== env.METRICS_PORT, {
    path: ['METRICS_PORT'],
    message: 'give a port of its own, other than PORT',
  })
  .transform((env) => ({
    databaseUrl: env.DATABASE_URL,
    host: env.HOST,
    port: env.PORT,
    metricsPort: env.METRICS_PORT,
    allowedHosts: env.ALLOWED_HOSTS.split(',').map((name) => name.trim().toLowerCase()),
    trustProxy: env.TRUST_PROXY === '1',
    workers: env.WORKERS,
    poolSize: env.POOL_SIZE,
    poolTimeoutSeconds: env.POOL_TIMEOUT_SECONDS,
    keepAliveSeconds: env.KEEP_ALIVE_SECONDS,
    clientTimeoutSeconds: env.CLIENT_TIMEOUT_SECONDS,
    shutdownSeconds: env.SHUTDOWN_SECONDS,
    sessionSecret: env.SESSION_SECRET,
    logLevel: env.LOG_LEVEL,
    cgroupMetrics: env.CGROUP_METRICS === '1',
    preparedStatements: env.PREPARED_STATEMENTS === '1',
    middleware: env.MIDDLEWARE,
    plantedWorkMs: env.PLANTED_WORK_MS,
  }));

export type Config = z.infer<typeof environment>;

/** A variable is missing or malformed; the message is a sentence for each, with its remedy. */
export class ConfigError extends Error {}

/** @throws {ConfigError} */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const parsed = environment.safeParse(env);
  if (parsed.success) return parsed.data;
  const remedies = new Map(
    parsed.error.issues.map((issue) => [String(issue.path[0]), issue.message]),
  );
  throw new ConfigError(
    [...remedies].map(([name, remedy]) => sentence(name, env[name], remedy)).join('\n'),
  );
}

function sentence(name: string, value: string | undefined, remedy: string): string {
  if (value === undefined) return `${name} is not set: ${remedy}.`;
  // Secrets have no business in a log, and a URL holds one.
  return ['DATABASE_URL', 'SESSION_SECRET'].includes(name)
    ? `${name} is malformed: ${remedy}.`
    : `${name} is ${JSON.stringify(value)}: ${remedy}.`;
}
