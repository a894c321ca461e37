// Logs go to stderr, written at once: what a dying process said last is what matters.
import { destination, type Logger, pino, stdSerializers } from 'pino';
import type { Config } from './config';

export function createLog(level: Config['logLevel']): Logger {
  return pino(
    { level, base: { pid: process.pid }, serializers: { err: withoutRows } },
    destination({ dest: 2, sync: true }),
  );
}

/** PostgreSQL quotes whole rows in its details, and a customer's row holds the hash of a password. */
function withoutRows(error: Error) {
  const { detail, where, internalQuery, ...rest } = stdSerializers.err(error);
  return rest;
}
