// What the lab's environment asks of the apps besides their profiles: how much they log (LOG_LEVEL in
// contract/README.md), and a regression that is planted on purpose (PLANTED_WORK_MS there).
import { usageError } from '../errors';

const levelVariable = 'HEADROOM_LOG_LEVEL';
const usual = 'info';
const levels = ['debug', usual, 'warn', 'error'];

/** Not LOG_LEVEL itself: many programs read that, so a shell may have it for another's sake. */
export function logLevel(env: NodeJS.ProcessEnv = process.env): string {
  const level = env[levelVariable] || usual;
  if (levels.includes(level)) return level;
  throw usageError(
    `${levelVariable} is "${level}": give ${levels.join(', ')}, or unset it for ${usual}.`,
  );
}

/** At `debug` an app writes one line per request: such figures are not those of the other levels. */
export function logLevelCaveats(env: NodeJS.ProcessEnv = process.env): string[] {
  const level = logLevel(env);
  return level === usual ? [] : [`The apps log at ${level} (${levelVariable}).`];
}

const workVariable = 'HEADROOM_PLANTED_WORK_MS';
const mostMs = 100;

/** CPU time that each GET /db burns besides its work; 0 unless somebody wants to see it found. */
export function plantedWorkMs(env: NodeJS.ProcessEnv = process.env): number {
  const text = env[workVariable] || '0';
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= mostMs) return value;
  throw usageError(`${workVariable} is "${text}": give whole milliseconds from 0 to ${mostMs}.`);
}

/** Nobody should take the figures of such a run for the app's. */
export function plantedWorkCaveats(env: NodeJS.ProcessEnv = process.env): string[] {
  const milliseconds = plantedWorkMs(env);
  if (milliseconds === 0) return [];
  return [`A regression is planted: each GET /db burns ${milliseconds} ms (${workVariable}).`];
}
