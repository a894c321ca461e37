// Whether a subject ended unasked while it was measured: what follows would be measured on a dead process.
import type { Conductor } from './conductor';

/** @param apps the subjects that the body measures */
export async function watchingSubjects<T>(
  { runtime }: Conductor,
  apps: readonly string[],
  body: (hasEnded: () => boolean) => Promise<T>,
): Promise<T> {
  let hasEnded = false;
  const stopWatching = runtime.onIncident(({ part }) => {
    if (apps.includes(part)) hasEnded = true;
  });
  try {
    return await body(() => hasEnded);
  } finally {
    stopWatching();
  }
}
