// How much the apps log (LOG_LEVEL in contract/README.md), as the lab's environment asks for it.
import { usageError } from '../errors';

const variable = 'HEADROOM_LOG_LEVEL';
const usual = 'info';
const levels = ['debug', usual, 'warn', 'error'];

/** Not LOG_LEVEL itself: many programs read that, so a shell may have it for another's sake. */
export function logLevel(env: NodeJS.ProcessEnv = process.env): string {
  const level = env[variable] || usual;
  if (levels.includes(level)) return level;
  throw usageError(
    `${variable} is "${level}": give ${levels.join(', ')}, or unset it for ${usual}.`,
  );
}

/** At `debug` an app writes one line per request: such figures are not those of the other levels. */
export function logLevelCaveats(env: NodeJS.ProcessEnv = process.env): string[] {
  const level = logLevel(env);
  return level === usual ? [] : [`The apps log at ${level} (${variable}).`];
}
