// What `lab doctor` finds out, one line each, and how it is told.
import { z } from 'zod';

export const checkSchema = z.strictObject({
  name: z.string(),
  /** `missing` stops the lab (exit 5); `warn` is worth knowing. */
  status: z.enum(['missing', 'ok', 'warn']),
  found: z.string(),
  /** What to do about it; always there unless the status is ok. */
  remedy: z.string().exactOptional(),
});
export type Check = z.infer<typeof checkSchema>;

export const ok = (name: string, found: string): Check => ({ name, status: 'ok', found });

/** Not ok: what was found, and what to do about it. */
const trouble =
  (status: 'warn' | 'missing') =>
  (name: string, found: string, remedy: string): Check => ({ name, status, found, remedy });
export const warn = trouble('warn');
export const missing = trouble('missing');

const marks = { ok: '✔', warn: '!', missing: '✖' } as const;
const colours = { ok: 32, warn: 33, missing: 31 } as const;

/** The checks as lines, remedies beneath, and one sentence that sums them up. */
export function renderDoctor(checks: readonly Check[], { colour = false } = {}): string {
  const width = Math.max(0, ...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, status, found, remedy }, index) => {
    const mark = colour ? `\x1b[${colours[status]}m${marks[status]}\x1b[0m` : marks[status];
    const line = `${mark} ${name.padEnd(width)}  ${found}`;
    // What several checks in a row ask for is said once, beneath the last of them.
    const isSaid = remedy === undefined || checks[index + 1]?.remedy === remedy;
    return isSaid ? [line] : [line, `  ${' '.repeat(width)}  → ${remedy}`];
  });
  const obstacles = checks.filter(({ status }) => status === 'missing').map(({ name }) => name);
  const summary =
    obstacles.length === 0
      ? 'The lab can run here.'
      : `The lab cannot run here yet: see ${obstacles.join(', ')}.`;
  return [...lines, '', summary, ...runtimesOf(checks, obstacles.length === 0)].join('\n');
}

/** What each runtime could do on this machine. */
function runtimesOf(checks: readonly Check[], canRun: boolean): string[] {
  const docker = checks.find(({ name }) => name === 'docker');
  if (docker === undefined) return [];
  return [
    `  native    ${canRun ? 'yes' : 'not yet, see above'}: workers, users, profiles; one replica per app`,
    `  compose   ${docker.status === 'ok' ? 'yes' : 'no engine'}: the same, and replicas and CPU limits; Grafana`,
    '  attached  wherever both apps already run: load and comparison, no restart, no other configuration',
  ];
}
