// What must be done whatever fails: each step is taken, and no later error hides an earlier one.

/**
 * Runs the body, then every step in order, and returns the body's result. Where anything failed, the
 * first error is thrown; what failed after it is told on stderr.
 */
export async function andThen<T>(
  body: () => Promise<T>,
  steps: readonly (() => unknown)[],
): Promise<T> {
  const errors: unknown[] = [];
  const attempt = async <R>(step: () => R): Promise<Awaited<R> | undefined> => {
    try {
      return await step();
    } catch (error) {
      errors.push(error);
      return undefined;
    }
  };
  const result = await attempt(body);
  for (const step of steps) await attempt(step);
  const [first, ...others] = errors;
  for (const error of others) {
    console.error(`Then this failed too: ${error instanceof Error ? error.message : error}`);
  }
  if (errors.length > 0) throw first;
  return result as T;
}
