// The least load that still looks at what comes back: a fixed number of connections, each asking
// again as soon as it has its answer. For benches whose server, not k6, has to be the limit.
import { connect, type Socket } from 'node:net';

/** An answer that takes longer will not come. */
const patienceSeconds = 10;

type LoadResult = {
  /** Complete answers with status 200. */
  answered: number;
  /** Answers with another status. */
  failed: number;
  seconds: number;
};

/** @throws Error when a connection fails, closes or gets no answer: then there is nothing to compare */
export async function load(options: {
  baseUrl: string;
  path: string;
  connections: number;
  seconds: number;
}): Promise<LoadResult> {
  const { baseUrl, path, connections, seconds } = options;
  const { hostname, port } = new URL(baseUrl);
  const request = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);
  const result = { answered: 0, failed: 0 };
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1000;

  const sockets: Socket[] = [];
  let patience: NodeJS.Timeout | undefined;
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      sockets.push(socket);
      const answers = new Answers();
      const broken = (why: string) => reject(new Error(`GET ${baseUrl}${path}: ${why}`));
      socket
        .once('connect', () => socket.write(request))
        .on('data', (bytes) => {
          const status = answers.take(bytes);
          if (status === undefined) return;
          // What comes after the end was under way at it, and is part of no rate.
          if (performance.now() >= endsAt) return resolve();
          if (status === 200) result.answered += 1;
          else result.failed += 1;
          socket.write(request);
        })
        .once('error', (error) => broken(error.message))
        .once('close', () => broken('the server closed a connection under load'));
    });
  const silence = new Promise<never>((_, reject) => {
    const why = `GET ${baseUrl}${path}: no answer within ${patienceSeconds} s of the end`;
    patience = setTimeout(() => reject(new Error(why)), (seconds + patienceSeconds) * 1000);
  });
  try {
    await Promise.race([silence, Promise.all(Array.from({ length: connections }, one))]);
  } finally {
    clearTimeout(patience);
    for (const socket of sockets) socket.removeAllListeners('close').destroy();
  }
  return { ...result, seconds };
}

/** Tells where an answer ends: by its length or, in chunks, by the last of them. */
export class Answers {
  private received: Buffer = Buffer.alloc(0);
  private last: { bytes: Buffer; status: number } | undefined;

  /** The status, once the answer is complete; one answer at a time is under way. */
  take(bytes: Buffer): number | undefined {
    // Most answers are the one before again, and comparing is cheaper than reading.
    if (this.received.length === 0 && this.last?.bytes.equals(bytes)) return this.last.status;
    this.received = this.received.length === 0 ? bytes : Buffer.concat([this.received, bytes]);
    const headEnd = this.received.indexOf('\r\n\r\n');
    if (headEnd < 0) return undefined;
    const head = this.received.toString('latin1', 0, headEnd);
    const bodyLength = this.received.length - headEnd - 4;
    const declared = /^content-length: (\d+)$/im.exec(head)?.[1];
    const complete =
      declared === undefined
        ? /^transfer-encoding: chunked$/im.test(head) &&
          this.received
            .subarray(headEnd + 4)
            .toString('latin1')
            .endsWith('0\r\n\r\n')
        : bodyLength >= Number(declared);
    if (!complete) return undefined;
    const status = Number(head.slice(9, 12));
    this.last = { bytes: this.received, status };
    this.received = Buffer.alloc(0);
    return status;
  }
}
