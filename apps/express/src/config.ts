// The app's environment (contract/README.md), checked once, before anything starts.
import { z } from 'zod';

const wholeNumber = (minimum: number, maximum: number) => {
  const expected = `give a whole number from ${minimum} to ${maximum}`;
  return z
    .string(expected)
    .regex(/^\d{1,9}$/, expected)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, expected);
};

const seconds = (maximum: number) => wholeNumber(1, maximum);

const hostNames = 'give names separated by commas, such as 127.0.0.1,localhost';

const secret = 'give 50 characters or more, such as of `openssl rand -base64 48`';

const environment = z
  .object({
    DATABASE_URL: z
      .string('give postgres://user:password@host:port/database')
      .regex(
        /^postgres(ql)?:\/\/[^@/\s]+@[^@/\s]+\/[^/\s]+$/,
        'give postgres://user:password@host:port/database',
      )
      .refine(URL.canParse, 'give postgres://user:password@host:port/database'),
    HOST: z
      .string()
      .regex(/^[\w.:-]+$/, 'give one address, such as 127.0.0.1')
      .default('127.0.0.1'),
    PORT: wholeNumber(1, 65_535),
    METRICS_PORT: wholeNumber(1, 65_535),
    ALLOWED_HOSTS: z
      .string()
      .regex(/^\s*[^\s,]+\s*(,\s*[^\s,]+\s*)*$/, hostNames)
      .default('127.0.0.1,localhost'),
    WORKERS: wholeNumber(1, 1_024).default(1),
    POOL_SIZE: wholeNumber(1, 1_000).default(4),
    POOL_TIMEOUT_SECONDS: seconds(3_600).default(2),
    KEEP_ALIVE_SECONDS: seconds(3_600).default(75),
    CLIENT_TIMEOUT_SECONDS: seconds(3_600).default(10),
    SHUTDOWN_SECONDS: seconds(3_600).default(10),
    SESSION_SECRET: z.string(secret).regex(/^\S{50,}$/, secret),
    LOG_LEVEL: z
      .enum(['debug', 'info', 'warn', 'error'], 'give debug, info, warn or error')
      .default('info'),
    CGROUP_METRICS: z.enum(['0', '1'], 'give 0 or 1').default('0'),
    PREPARED_STATEMENTS: z.enum(['0', '1'], 'give 0 or 1').default('0'),
    MIDDLEWARE: z.enum(['full', 'none'], 'give full or none').default('full'),
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
