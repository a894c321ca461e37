// One line per request, at LOG_LEVEL=debug only.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';

export function logRequests(log: Logger): RequestHandler {
  return pinoHttp<Request, Response>({
    logger: log,
    useLevel: 'debug',
    // A failed request has the same line as any other: why it failed, answerError has logged.
    customSuccessMessage: () => 'request',
    customErrorMessage: () => 'request',
    customSuccessObject: describeRequest,
    customErrorObject: (req, res, _error, timing) => describeRequest(req, res, timing),
    // The line holds what describeRequest says, not all headers of request and response.
    quietResLogger: true,
    serializers: { req: ({ method, url }: IncomingMessage) => ({ method, url }) },
    // Errors keep our own serializer, which leaves out PostgreSQL's rows.
    wrapSerializers: false,
  });
}

function describeRequest(
  { method, originalUrl: url }: Request,
  { statusCode: status, writableFinished }: ServerResponse,
  { responseTime: durationMs }: { responseTime: number },
) {
  return { method, url, status, aborted: !writableFinished, durationMs };
}
