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

/** What a viewer is behind by is in the lab's memory. */
const mostBehindBytes = 1_000_000;
/** One that reads nothing for so long has gone to sleep: its browser comes back by itself. */
const patienceMs = 30_000;

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
  /** The tick in which runs were last looked for. */
  private lookedAt = 0;

  /**
   * @param newlyEnded a run that has ended since it was asked before: another process may have measured it
   * @param bounds on viewers that do not read
   */
  constructor(
    private readonly newlyEnded: () => Events['ended'] | undefined = () => undefined,
    private readonly bounds = { mostBehindBytes, patienceMs },
  ) {}

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
    this.lookForEnded();
    send(response, 'ended', this.ended);
    this.responses.add(response);
    await this.sendFrames({ response, ...what, signal: gone.signal });
    this.responses.delete(response);
  }

  /** A run that has ended is looked for once per tick, however many look at the page. */
  private lookForEnded(): void {
    const tick = Math.floor(Date.now() / gridMs);
    if (tick === this.lookedAt) return;
    this.lookedAt = tick;
    const ended = this.newlyEnded();
    if (ended !== undefined) this.tellEnded(ended);
  }

  private async sendFrames(viewer: Viewer): Promise<void> {
    const { response, signal } = viewer;
    // After a time without Prometheus the whole window is asked for: it may know more by then.
    let sinceS: number | undefined;
    let behindSinceMs: number | undefined;
    for (; !signal.aborted; await untilNextTick(signal)) {
      this.lookForEnded();
      if (response.writableLength <= this.bounds.mostBehindBytes) {
        behindSinceMs = undefined;
        sinceS = await this.sendFrame(viewer, sinceS);
        continue;
      }
      // The next frame begins where the last one that was sent has ended.
      behindSinceMs ??= performance.now();
      if (performance.now() - behindSinceMs > this.bounds.patienceMs) response.destroy();
    }
  }

  /** @returns up to when the viewer knows all; undefined where Prometheus does not answer */
  private async sendFrame(
    { response, dashboard, windowSeconds }: Viewer,
    sinceS: number | undefined,
  ): Promise<number | undefined> {
    const { frames } = this;
    if (frames === undefined) {
      send(response, 'away', { why: 'starting' });
      return undefined;
    }
    try {
      const frame = await (sinceS === undefined
        ? frames.whole(dashboard, windowSeconds)
        : frames.latest(dashboard, windowSeconds, sinceS));
      send(response, 'frame', frame);
      return frame.toS;
    } catch {
      send(response, 'away', { why: 'silent' });
      return undefined;
    }
  }
}

const gridMs = gridSeconds * 1000;

function untilNextTick(signal: AbortSignal): Promise<void> {
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
