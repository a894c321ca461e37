// Bytes that no HTTP client would send.
import { connect } from 'node:net';
import type { Subject } from './subjects';

export type Heard = {
  /** All that came back. */
  text: string;
  /** The status of each answer in it. */
  statuses: number[];
  /** The app closed or reset the connection. */
  closed: boolean;
};

/** An answer may stand right behind the body of the one before. */
export const statusesIn = (text: string): number[] =>
  [...text.matchAll(/HTTP\/1\.[01] (\d{3}) /g)].map(([, code]) => Number(code));

/** An app that has said something and then nothing for this long has no more to say. */
const quietMs = 250;
/** Sends bytes on a connection of their own and listens until the app closes it or falls silent. */
export function talk(
  subject: Subject,
  bytes: string | Buffer,
  {
    patienceMs = 3000,
    pauseMs = quietMs,
    ends = false,
  }: {
    /** An app that says nothing at all for this long waits for more of a request. */
    patienceMs?: number;
    /** How long it may pause between two answers. */
    pauseMs?: number;
    /** Says at once that nothing more will be sent. */
    ends?: boolean;
  } = {},
): Promise<Heard> {
  const { hostname, port } = new URL(subject.baseUrl);
  return new Promise((resolve) => {
    let text = '';
    const socket = connect({ host: hostname, port: Number(port) });
    const finish = (closed: boolean) => {
      socket.destroy();
      resolve({ text, statuses: statusesIn(text), closed });
    };
    socket
      .setEncoding('latin1')
      .setTimeout(patienceMs, () => finish(false))
      .on('data', (chunk) => {
        text += chunk;
        socket.setTimeout(pauseMs);
      })
      // A reset is a way to refuse; what came before it counts.
      .once('error', () => finish(true))
      .once('end', () => finish(true))
      .write(bytes, () => ends && socket.end());
  });
}
