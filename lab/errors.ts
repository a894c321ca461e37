// Errors that a person can act on, and what the process exits with.

/** 0 fine, 1 our bug, 2 usage, 3 gate failed, 4 measurement void, 5 environment, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 130;

/** Says what was wrong, what was expected and what to do next. */
export class LabError extends Error {
  override name = 'LabError';

  constructor(
    readonly exitCode: ExitCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export const usageError = (message: string): LabError => new LabError(2, message);
export const environmentError = (message: string, cause?: unknown): LabError =>
  new LabError(5, message, { cause });

/** Ctrl-C, SIGTERM or SIGHUP in the middle: what there is stays on disk, the run is partial. */
export class Interrupted extends LabError {
  override name = 'Interrupted';

  constructor() {
    super(130, 'Interrupted. What was measured so far is kept; the run is marked partial.');
  }
}

/**
 * What must be done whatever fails: runs the body, then every step in order, and returns the body's
 * result. Where anything failed, the first error is thrown; what failed after it is told on stderr.
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
    console.error(`Another error followed: ${error instanceof Error ? error.message : error}`);
  }
  if (errors.length > 0) throw first;
  return result as T;
}
