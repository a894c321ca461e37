// Requests that a client sends on one connection without waiting for answers.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** Behind an unsafe request; a client that sends more ahead would fill the memory, and is let go. */
const MOST_WAITING = 100;

type Line = { unsafe: number; waiting: number };

/**
 * Node carries out all of a connection's requests at once, and only answers in turn. RFC 9112, section
 * 9.3.2, allows that for safe methods alone: an unsafe request begins when all before it have been
 * answered, and what is behind one waits for it.
 */
export function takeTurns(): (
  req: IncomingMessage,
  res: ServerResponse,
  begin: () => void,
) => void {
  const lines = new WeakMap<Socket, Line>();
  return (req, res, begin) => {
    const { socket } = req;
    const isSafe = SAFE_METHODS.has(req.method ?? '');
    let line = lines.get(socket);
    if (!isSafe) {
      line ??= { unsafe: 0, waiting: 0 };
      lines.set(socket, line);
      line.unsafe += 1;
      res.once('close', () => {
        if (line) line.unsafe -= 1;
      });
    }
    // Node has no socket yet for an answer that another one of the connection goes before.
    if (res.socket || !line || (isSafe && line.unsafe === 0)) return begin();
    line.waiting += 1;
    if (line.waiting > MOST_WAITING) return void socket.destroy();
    res.once('socket', () => {
      line.waiting -= 1;
      process.nextTick(begin);
    });
  };
}
