// Browsers that look at the live page, and what each is sent (server-sent events).
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dashboard } from '../../../grafana/src/model';
import { Frames } from './frames';
import { type Events, gridSeconds } from './messages';

/** A push that is due at a multiple of the grid has arrived by then. */
const settleMs = 300;

/** How soon a browser that has lost the lab tries again. */
const retryMs = 1000;

/** Each costs queries; more than a room full of people is a mistake. */
const mostViewers = 16;

type Viewer = {
  response: ServerResponse;
  dashboard: Dashboard;
  windowSeconds: number;
  signal: AbortSignal;
};

export class Viewers {
  private readonly responses = new Set<ServerResponse>();
  private frames: Frames | undefined;
  private ended: Events['ended'] = null;

  /** Until it is called, viewers are told that Prometheus is starting. */
  watch(prometheusUrl: string): void {
    this.frames = new Frames(prometheusUrl);
  }

  tellEnded(ended: Events['ended']): void {
    this.ended = ended;
    for (const response of this.responses) send(response, 'ended', ended);
  }

  get isFull(): boolean {
    return this.responses.size >= mostViewers;
  }

  /** Sends until the browser goes, or the server closes its connection. */
  async serve(
    response: ServerResponse,
    { build, ...what }: { build: string; dashboard: Dashboard; windowSeconds: number },
  ): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    // It may have gone while the page was bundled.
    if (response.destroyed) return;
    response.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
    response.write(`retry: ${retryMs}\n\n`);
    send(response, 'hello', { build });
    send(response, 'ended', this.ended);
    this.responses.add(response);
    await this.sendFrames({ response, ...what, signal: gone.signal });
    this.responses.delete(response);
  }

  private async sendFrames({ response, dashboard, windowSeconds, signal }: Viewer): Promise<void> {
    // After a time without Prometheus the whole window is asked for: it may know more by then.
    let sinceS: number | undefined;
    while (!signal.aborted) {
      const { frames } = this;
      if (frames === undefined) {
        send(response, 'away', { why: 'starting' });
      } else {
        try {
          const frame = await (sinceS === undefined
            ? frames.whole(dashboard, windowSeconds)
            : frames.latest(dashboard, windowSeconds, sinceS));
          send(response, 'frame', frame);
          sinceS = frame.toS;
        } catch {
          send(response, 'away', { why: 'silent' });
          sinceS = undefined;
        }
      }
      await untilNextTick(signal);
    }
  }
}

function untilNextTick(signal: AbortSignal): Promise<void> {
  const gridMs = gridSeconds * 1000;
  const next = (Math.floor((Date.now() - settleMs) / gridMs) + 1) * gridMs + settleMs;
  return sleep(next - Date.now(), undefined, { signal }).catch(() => undefined);
}

function send<Name extends keyof Events>(
  response: ServerResponse,
  name: Name,
  data: Events[Name],
): void {
  if (!response.writableEnded) response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
}
