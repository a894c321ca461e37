// A regression on purpose (PLANTED_WORK_MS in contract/README.md), as the lab's environment asks for it.
import { usageError } from '../errors';

const variable = 'HEADROOM_PLANTED_WORK_MS';
const most = 100;

/** CPU time that each GET /db burns besides its work; 0 unless somebody wants to see it found. */
export function plantedWorkMs(env: NodeJS.ProcessEnv = process.env): number {
  const text = env[variable] || '0';
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= most) return value;
  throw usageError(`${variable} is "${text}": give whole milliseconds from 0 to ${most}.`);
}

/** Nobody should take the figures of such a run for the app's. */
export function plantedWorkCaveats(env: NodeJS.ProcessEnv = process.env): string[] {
  const milliseconds = plantedWorkMs(env);
  if (milliseconds === 0) return [];
  return [`A regression is planted: each GET /db burns ${milliseconds} ms (${variable}).`];
}
