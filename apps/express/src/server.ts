// The HTTP server around the app.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Express } from 'express';
import { takeTurns } from './turns';

/** Node closes idle connections when asked, not when they become idle later. */
const IDLE_SWEEP_MS = 50;

/** Between two looks for clients whose time is over. */
const CLIENT_CHECK_MS = 1_000;

/**
 * @param observe is called with each request before the app is: so it sees what Express refuses by
 *   itself, and costs less than a middleware
 * @param clientTimeoutSeconds contract/README.md, "Slow and broken clients"
 */
export function createAppServer(
  app: Express,
  observe: (req: IncomingMessage, res: ServerResponse) => void,
  { clientTimeoutSeconds }: { clientTimeoutSeconds: number },
): Server {
  const clientTimeoutMs = clientTimeoutSeconds * 1_000;
  const options = {
    // Node would keep the first of two Host headers and drop the other; joined, they are refused.
    joinDuplicateHeaders: true,
    headersTimeout: clientTimeoutMs,
    requestTimeout: clientTimeoutMs,
    connectionsCheckingInterval: CLIENT_CHECK_MS,
  };
  /** Of each connection, the answers that have begun and not ended, and the latest. */
  const answers = new WeakMap<Socket, ServerResponse[]>();
  const inTurn = takeTurns();
  const server = createServer(options, (req, res) => {
    inTurn(req, res, () => {
      const open = answers.get(req.socket)?.filter((answer) => !answer.writableEnded) ?? [];
      answers.set(req.socket, [...open, res]);
      res.setHeader('Server', 'Express');
      if (req.url?.includes('%')) req.url = unescapeUnreserved(req.url);
      observe(req, res);
      app(req, res);
    });
  });
  // Nothing moved on a connection for this long: its client does not take its answer, or it idles.
  // Otherwise the app is still at work, or the timeouts above apply.
  server.timeout = clientTimeoutMs;
  server.on('timeout', (socket) => {
    if (answers.get(socket)?.every((answer) => answer.writableEnded)) socket.destroy();
    // Still at work. What it answers to a client that takes nothing would not start the timer again.
    else socket.setTimeout(clientTimeoutMs);
  });
  return server;
}

/**
 * An escaped letter of the path is that letter (RFC 3986, section 6.2.2.2); Express compares paths as
 * sent. Where a % begins no escape the path stays as it is: `%%33` would become an escape.
 */
function unescapeUnreserved(target: string): string {
  const path = /^[^?]*/.exec(target)?.[0] ?? '';
  if (/%(?![\da-f]{2})/i.test(path)) return target;
  const unescaped = path.replace(/%[2-7][\da-f]/gi, (escaped) => {
    const character = decodeURIComponent(escaped);
    return /[\w.~-]/.test(character) ? character : escaped;
  });
  return unescaped + target.slice(path.length);
}

/** Stops accepting; true when every request in flight was answered within the time allowed. */
export async function closeServer(server: Server, seconds: number): Promise<boolean> {
  let finished = true;
  const closed = once(server, 'close');
  server.close();
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS);
  const deadline = setTimeout(() => {
    finished = false;
    server.closeAllConnections();
  }, seconds * 1_000);
  await closed;
  clearInterval(sweep);
  clearTimeout(deadline);
  return finished;
}
