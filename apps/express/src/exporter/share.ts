// The same as shareWork in lab/live/exporter.ts: an app is built without the lab, and imports nothing of it.

/**
 * Makes one thing at a time for everybody who asks. Whoever asks while one is being made gets the
 * next one, together with all others who do: so no answer is older than its question.
 */
export function shareWork<T>(make: () => Promise<T>): () => Promise<T> {
  let previous: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;
  return () => {
    if (next === undefined) {
      next = previous.then(() => {
        next = undefined;
        return make();
      });
      previous = next.catch(() => {});
    }
    return next;
  };
}
