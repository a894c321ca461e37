// The stream from the lab: it comes back by itself when the lab does.
import type { Events } from '../messages';

/** A browser gives up on its own after some failures; the lab may be gone for longer. */
const retryMs = 2000;

type Listener = {
  [Name in keyof Events]: (data: Events[Name]) => void;
} & { lost: () => void };

const names = ['hello', 'frame', 'away', 'ended'] as const satisfies (keyof Events)[];

export class Stream {
  private source: EventSource | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private url = '';

  constructor(private readonly listener: Listener) {}

  open(dashboard: string, seconds: number): void {
    this.close();
    this.url = `/stream?${new URLSearchParams({ dashboard, seconds: String(seconds) })}`;
    this.connect();
  }

  close(): void {
    clearTimeout(this.retry);
    this.source?.close();
    this.source = undefined;
  }

  private connect(): void {
    const source = new EventSource(this.url);
    this.source = source;
    for (const name of names) {
      source.addEventListener(name, ({ data }) => this.listener[name](JSON.parse(data)));
    }
    source.addEventListener('error', () => {
      this.listener.lost();
      if (source.readyState !== EventSource.CLOSED) return;
      this.retry = setTimeout(() => this.connect(), retryMs);
    });
  }
}
