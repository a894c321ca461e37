// What a client is told when something went wrong: problem details (RFC 9457), or a page.
import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Logger } from 'pino';

/** An answer other than success. Its detail is shown to the client; its cause never is. */
export class Problem extends Error {
  readonly field: string | undefined;
  readonly headers: Record<string, string>;

  constructor(
    readonly status: number,
    readonly detail: string,
    options: { field?: string; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(detail, { cause: options.cause });
    this.name = 'Problem';
    this.field = options.field;
    this.headers = options.headers ?? {};
  }

  get title(): string {
    return STATUS_CODES[this.status] ?? 'Unknown';
  }

  toJSON() {
    const { title, status, detail, field } = this;
    return { type: 'about:blank', title, status, detail, field };
  }
}

const PROBLEM_JSON = 'application/problem+json';

export const notFound: RequestHandler = () => {
  throw new Problem(404, 'Nothing is served at this path.');
};

/** Ends a route's chain: `.get(...).all(methodNotAllowed)`. */
export const methodNotAllowed: RequestHandler = (req) => {
  const methods = Object.keys(req.route.methods).filter((method) => method !== '_all');
  if (methods.includes('get')) methods.push('head');
  const allow = methods.map((method) => method.toUpperCase()).join(', ');
  throw new Problem(405, `This path takes ${allow}.`, { headers: { Allow: allow } });
};

export function answerError(log: Logger): ErrorRequestHandler {
  return (error, req, res, next) => {
    const problem = toProblem(error);
    // Overload is counted in the metrics; a line for each refusal would only add to it.
    const level = problem.status === 500 ? 'error' : 'debug';
    log[level]({ err: error, method: req.method, url: req.originalUrl }, problem.detail);
    if (res.headersSent) {
      next(error);
      return;
    }
    res.status(problem.status).set(problem.headers);
    if (req.accepts([PROBLEM_JSON, 'text/html']) === 'text/html') {
      res.render('error', { title: problem.title, detail: problem.detail });
    } else {
      res.type(PROBLEM_JSON).send(JSON.stringify(problem));
    }
  };
}

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  // What Express itself refuses (a path that cannot be decoded, for example) carries a status.
  const { status, limit } = (error ?? {}) as { status?: unknown; limit?: unknown };
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new Problem(status, refusalOf(status, limit), { cause: error });
  }
  return new Problem(500, 'The app failed to answer; the fault is its own.', { cause: error });
}

/** body-parser's refusals, in words for a client. */
function refusalOf(status: number, limit: unknown): string {
  if (status === 413 && limit === undefined) return 'The form has too many fields.';
  if (status === 413) return `A body may have ${limit} bytes.`;
  if (status === 412) return 'The file is not the one that the condition names.';
  if (status === 416) return 'The file has no such range.';
  if (status === 415) return 'The charset or the encoding of the body is not supported.';
  return 'The request could not be understood.';
}
