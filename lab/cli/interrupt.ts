// Ctrl-C, SIGTERM and a terminal that is closed (SIGHUP) end a run in order; a second one ends it at once.

/** One Ctrl-C may reach the lab twice: from the terminal, and passed on by the launcher. */
const sameKeyMs = 1000;

/** Aborts on the first signal. The lab's children end with the lab, however it ends. */
export function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  let firstAtMs = 0;
  const onSignal = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      if (Date.now() - firstAtMs < sameKeyMs) return;
      process.exit(130);
    }
    firstAtMs = Date.now();
    process.stderr.write(`\n${signal}: stopping. A second signal ends the lab at once.\n`);
    controller.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onSignal);
  return controller.signal;
}

/** Until the signal is aborted. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    // The timer keeps the process alive: a signal handler alone does not.
    const alive = setInterval(() => undefined, 60_000);
    signal.addEventListener('abort', () => {
      clearInterval(alive);
      resolve();
    });
  });
