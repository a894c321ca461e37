// Keeps as many workers alive as were asked for.
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import type { Logger } from 'pino';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Config } from './config';

/** A worker that dies is replaced at once, one that dies again and again with growing patience. */
const FIRST_RESTART_MS = 100;
const LONGEST_RESTART_MS = 5_000;
/** A worker that lived this long was sound: its death starts a new count. */
const SOUND_AFTER_MS = 10_000;
/** What a worker may take, beyond the time for its requests, to close its pool and exit. */
const EXIT_GRACE_MS = 1_000;
/**
 * Memory of 1 MiB and more goes back to the system when it is freed. glibc, left alone, raises the
 * threshold to the largest block that was freed so far: argon2's 19 MiB would stay with each thread.
 */
export const RETURN_LARGE_BLOCKS = { MALLOC_MMAP_THRESHOLD_: String(1 << 20) };

export class Workers {
  stopping = false;
  #served = false;
  #restartMs = FIRST_RESTART_MS;
  readonly #restartTimers = new Set<NodeJS.Timeout>();
  readonly #bornAt = new WeakMap<Worker, number>();
  readonly #restarts: Counter;

  constructor(
    readonly config: Pick<Config, 'workers' | 'shutdownSeconds'>,
    readonly log: Logger,
    registry: Registry,
  ) {
    new Gauge({
      name: 'server_workers',
      help: 'Worker processes alive.',
      registers: [registry],
      collect() {
        this.set(alive().length);
      },
    });
    this.#restarts = new Counter({
      name: 'server_worker_restarts_total',
      help: 'Workers that ended unasked and were replaced.',
      registers: [registry],
    });
  }

  start(): void {
    cluster.on('listening', () => {
      this.#served = true;
    });
    cluster.on('exit', (worker, code, signal) => {
      if (!this.stopping) this.#replace(worker, signal ?? code);
    });
    for (let n = 0; n < this.config.workers; n += 1) this.#fork();
  }

  pids(): number[] {
    return alive().flatMap((worker) => worker.process.pid ?? []);
  }

  /** Resolves when all workers have ended, by themselves or, past the time allowed, killed. */
  async stop(): Promise<void> {
    this.stopping = true;
    for (const timer of this.#restartTimers) clearTimeout(timer);
    const ends = alive().map((worker) => once(worker, 'exit'));
    for (const worker of alive()) worker.process.kill('SIGTERM');
    const patience = setTimeout(
      () => this.kill(),
      this.config.shutdownSeconds * 1_000 + EXIT_GRACE_MS,
    );
    await Promise.all(ends);
    clearTimeout(patience);
  }

  kill(): void {
    for (const worker of alive()) worker.process.kill('SIGKILL');
  }

  #fork(): void {
    this.#bornAt.set(cluster.fork(RETURN_LARGE_BLOCKS), performance.now());
  }

  #replace(worker: Worker, reason: number | string): void {
    if (!this.#served) {
      // Nothing has worked yet, so trying again would not help: its own message says why.
      this.log.fatal({ reason }, 'a worker ended before any had listened');
      process.exit(1);
    }
    const livedMs = performance.now() - (this.#bornAt.get(worker) ?? 0);
    if (livedMs > SOUND_AFTER_MS) this.#restartMs = FIRST_RESTART_MS;
    this.log.error({ worker: worker.process.pid, reason }, 'a worker ended unasked; replacing it');
    const timer = setTimeout(() => {
      this.#restartTimers.delete(timer);
      this.#restarts.inc();
      this.#fork();
    }, this.#restartMs);
    this.#restartTimers.add(timer);
    this.#restartMs = Math.min(this.#restartMs * 2, LONGEST_RESTART_MS);
  }
}

function alive(): Worker[] {
  return Object.values(cluster.workers ?? {}).filter(
    (worker) => worker && !worker.isDead(),
  ) as Worker[];
}
