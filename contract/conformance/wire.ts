// A connection that is kept open by hand: for clients that are slow, stop in the middle, or do not read.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { statusesIn } from './raw-socket';
import type { Subject } from './subjects';

/** How long an app may take for what it does at once. */
const patienceMs = 20_000;

export class Wire {
  text = '';
  closed = false;

  private constructor(private readonly socket: Socket) {
    const close = () => {
      this.closed = true;
    };
    socket
      .setEncoding('latin1')
      .on('data', (text) => {
        this.text += text;
      })
      // A reset is a way to close.
      .on('error', close)
      .on('end', close)
      .on('close', close);
  }

  static async open(subject: Subject, bytes: string | Buffer = ''): Promise<Wire> {
    const { hostname, port } = new URL(subject.baseUrl);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    const wire = new Wire(socket);
    await once(socket, 'connect');
    wire.send(bytes);
    return wire;
  }

  get statuses(): number[] {
    return statusesIn(this.text);
  }

  send(bytes: string | Buffer): void {
    if (bytes.length > 0) this.socket.write(bytes);
  }

  /** Reads no further, so that the app cannot get rid of its answers. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  /** Leaves, without a word. */
  leave(): void {
    this.socket.destroy();
  }

  /** Waits until the check holds; the caller says what is wrong when it never does. */
  async until(holds: (wire: Wire) => boolean, ms = patienceMs): Promise<void> {
    for (const deadline = Date.now() + ms; !holds(this) && Date.now() < deadline; ) await sleep(20);
  }
}
