// The hiccup meter's own process, run by Node as it is: on each core a thread that sleeps and looks how
// late it wakes, as jHiccup does (Gil Tene, 2012). Whatever keeps it waiting keeps an app waiting too.
import { execFileSync } from 'node:child_process';
import { readlinkSync, writeSync } from 'node:fs';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

/** A stall is seen in full but for what was left of the sleep; sleeping shorter costs more CPU. */
const sleepMs = 5;
/**
 * From here on a wake-up counts as a hiccup. A thread that mostly sleeps is woken within some 8 ms on a core
 * with a dozen busy processes: later than this it was not the load.
 */
const leastLateMs = 15;
/** Of a worker's process.stderr there is no descriptor. */
const stderr = 2;

if (isMainThread) {
  for (const cpu of process.argv.slice(2)) {
    new Worker(new URL(import.meta.url), { workerData: cpu }).on('error', ({ message }) => {
      // A core that nobody watches would be taken for one without hiccups: then rather none.
      writeSync(stderr, `cannot watch core ${cpu}: ${message.trim().replaceAll('\n', ' ')}\n`);
      process.exit(1);
    });
  }
} else {
  const cpu = workerData;
  const thread = readlinkSync('/proc/thread-self').split('/').at(-1) ?? '';
  execFileSync('taskset', ['-cp', cpu, thread]);
  watch(Number(cpu));
}

function watch(cpu) {
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    const dueMs = performance.now() + sleepMs;
    Atomics.wait(never, 0, 0, sleepMs);
    const lateMs = performance.now() - dueMs;
    if (lateMs < leastLateMs) continue;
    const hiccup = {
      cpu,
      fromMs: Math.round(performance.timeOrigin + dueMs),
      ms: Math.round(lateMs),
    };
    writeSync(stderr, `${JSON.stringify(hiccup)}\n`);
  }
}
