// Load in the closed model from bare sockets: cheap enough that one core of it fills one core of a
// server, which no k6 does. Each answer is looked at; the lab's own findings never rest on it.
import { connect, type Socket } from 'node:net';

export type LoadResult = { answers: number; seconds: number };

/**
 * Keeps `connections` requests in flight for that many seconds.
 *
 * @throws Error at an answer that is not a 200 with a right body, or a connection that is lost
 */
export async function closedLoad(options: {
  url: string;
  connections: number;
  seconds: number;
  isRight: (body: string) => boolean;
}): Promise<LoadResult> {
  const { connections, seconds } = options;
  const startedAt = performance.now();
  const counts = await Promise.all(
    Array.from({ length: connections }, () => askUntil(startedAt + seconds * 1000, options)),
  );
  const answers = counts.reduce((sum, count) => sum + count, 0);
  return { answers, seconds: (performance.now() - startedAt) / 1000 };
}

/** One connection: asks, waits for the whole answer, asks again. */
function askUntil(
  deadline: number,
  { url, isRight }: { url: string; isRight: (body: string) => boolean },
): Promise<number> {
  const { hostname, port, pathname, search, host } = new URL(url);
  const asked = `GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  return new Promise((resolve, reject) => {
    let answers = 0;
    let received = '';
    const socket: Socket = connect({ host: hostname, port: Number(port), noDelay: true });
    socket.setEncoding('latin1');
    socket.once('connect', () => socket.write(asked));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`${url}: the connection was closed`)));
    socket.on('data', (data) => {
      received += data;
      const body = bodyOf(received);
      if (body === undefined) return;
      if (!received.startsWith('HTTP/1.1 200 ') || !isRight(body)) {
        socket.destroy(new Error(`${url}: a wrong answer: ${received}`));
        return;
      }
      received = '';
      answers += 1;
      if (performance.now() < deadline) {
        socket.write(asked);
        return;
      }
      resolve(answers);
      socket.destroy();
    });
  });
}

/** Undefined while the answer is not complete; both apps give a Content-Length. */
function bodyOf(received: string): string | undefined {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(received)?.[1]);
  const body = received.slice(headEnd + 4);
  return body.length === length ? body : undefined;
}
