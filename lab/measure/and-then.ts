// What must be done whatever fails: each step is taken, and no later error hides an earlier one.

/**
 * Runs the body, then every step in order. Where anything failed, the first error is thrown; what failed
 * after it is told on stderr.
 */
export async function andThen(
  body: () => Promise<void>,
  steps: readonly (() => unknown)[],
): Promise<void> {
  const errors: unknown[] = [];
  for (const step of [body, ...steps]) {
    try {
      await step();
    } catch (error) {
      errors.push(error);
    }
  }
  const [first, ...others] = errors;
  if (errors.length === 0) return;
  for (const error of others) {
    console.error(`Then this failed too: ${error instanceof Error ? error.message : error}`);
  }
  throw first;
}
