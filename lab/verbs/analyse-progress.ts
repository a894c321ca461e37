// Says on stderr where a long computation is, once it has taken a while.
import type { Progress } from '../statistics/caller';

const FIRST_AFTER_MS = 2000;
/** A terminal's line is redrawn; elsewhere each is kept, so they come seldom. */
const EVERY_MS = { terminal: 500, file: 10_000 } as const;

/** @param what is computed, such as "Fitting data.csv" */
export function withProgress<T>(what: string, compute: (onProgress: Progress) => T): T {
  const stream = process.stderr;
  let next = performance.now() + FIRST_AFTER_MS;
  try {
    return compute((at) => {
      if (performance.now() < next) return;
      next = performance.now() + (stream.isTTY ? EVERY_MS.terminal : EVERY_MS.file);
      stream.write(stream.isTTY ? `\r\x1b[K${what}: ${at}` : `${what}: ${at}\n`);
    });
  } finally {
    if (stream.isTTY) stream.write('\r\x1b[K');
  }
}
