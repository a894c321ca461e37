// Which errors of the database are answered 503, and how they are logged (contract/README.md, "When
// the database fails").
import type { ErrorRequestHandler } from 'express';
import type { Logger } from 'pino';
import { Problem } from './errors';

/**
 * SQLSTATEs that say nothing against the statement: the server stops, starts, is full, or another
 * transaction was in the way. https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
const UNAVAILABLE = /^(08...|25P0[34]|40001|40P01|53...|55P03|57014|57P0[1-5])$/;

/** Among them, those with which the server ends the connection. */
const ENDS_CONNECTION = /^(25P0[34]|57P0[1-5])$/;

const DEADLOCK_DETECTED = '40P01';

/** Of these, those that need an operator: the server lacks disk space, memory or another resource. */
const NEEDS_OPERATOR = /^53/;

/** pg-pool's words when no connection came free in time; it gives the error no code. */
const POOL_TIMEOUT = 'timeout exceeded when trying to connect';

const QUIET_MS = 1_000;

/** PostgreSQL's code for it, or the driver's. */
const codeOf = (error: unknown): string | undefined => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : '');

export const endsConnection = (error: unknown): boolean =>
  ENDS_CONNECTION.test(codeOf(error) ?? '');

/** Nothing is wrong with the request: the database cannot serve it now. */
export class DatabaseUnavailable extends Problem {
  readonly level: 'warn' | 'error';

  /** @param cause its message and code are logged, never its fields, which may quote a row */
  constructor(cause: unknown, level: 'warn' | 'error') {
    super(503, 'The database cannot serve this request now; try again in a moment.', {
      headers: { 'Retry-After': '1' },
      cause,
    });
    this.level = level;
  }

  /** No connection could be had: in time, or at all. */
  static connecting(cause: unknown): DatabaseUnavailable {
    return new DatabaseUnavailable(cause, messageOf(cause) === POOL_TIMEOUT ? 'warn' : 'error');
  }

  /** A statement failed; undefined where that is the statement's own fault. */
  static executing(cause: unknown): DatabaseUnavailable | undefined {
    const code = codeOf(cause) ?? '';
    if (!UNAVAILABLE.test(code)) return undefined;
    return new DatabaseUnavailable(cause, NEEDS_OPERATOR.test(code) ? 'error' : 'warn');
  }

  /** The connection ended; `cause` is the server's reason, or the driver's where it gave none. */
  static connectionLost(cause: unknown): DatabaseUnavailable {
    return DatabaseUnavailable.executing(cause) ?? new DatabaseUnavailable(cause, 'error');
  }

  /** Two transactions waited for each other, and PostgreSQL ended this one. */
  get isDeadlock(): boolean {
    return codeOf(this.cause) === DEADLOCK_DETECTED;
  }
}

export type FailureReport = (failure: DatabaseUnavailable) => void;

/** Logs the first failure of a kind at once, then at most one per second, so that an outage is no flood. */
export function failureLog(log: Logger): FailureReport {
  const kinds = new Map<string, { loggedAt: number; unlogged: number }>();
  /** The pool tells of a connection that ended, and so does the request that was on it. */
  const told = new WeakSet<DatabaseUnavailable>();
  return (failure) => {
    if (told.has(failure)) return;
    told.add(failure);
    const { cause, level } = failure;
    const code = codeOf(cause);
    const message = messageOf(cause);
    const kind = code ?? message;
    const now = performance.now();
    const last = kinds.get(kind);
    if (last && now - last.loggedAt < QUIET_MS) {
      last.unlogged += 1;
      return;
    }
    kinds.set(kind, { loggedAt: now, unlogged: 0 });
    // An AggregateError (each address of a name was tried) has a code and no message.
    log[level]({ code, unlogged: last?.unlogged ?? 0 }, `database unavailable: ${message || code}`);
  };
}

/** In front of what answers errors. */
export function logDatabaseFailures(report: FailureReport): ErrorRequestHandler {
  return (error, _req, _res, next) => {
    if (error instanceof DatabaseUnavailable) report(error);
    next(error);
  };
}
