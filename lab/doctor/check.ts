// What `lab doctor` finds out, a line each, and how it is told.

export type Check = {
  name: string;
  /** `missing` stops the lab (exit 5); `warn` is worth knowing. */
  status: 'ok' | 'warn' | 'missing';
  found: string;
  /** What to do about it; always there unless the status is ok. */
  remedy?: string;
};

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
  return [...lines, '', summarise(checks), ...runtimesOf(checks)].join('\n');
}

function summarise(checks: readonly Check[]): string {
  const obstacles = checks.filter(({ status }) => status === 'missing').map(({ name }) => name);
  return obstacles.length === 0
    ? 'The lab can run here.'
    : `The lab cannot run here yet: see ${obstacles.join(', ')}.`;
}

/** What each runtime could do on this machine. */
function runtimesOf(checks: readonly Check[]): string[] {
  const statusOf = (name: string) => checks.find((check) => check.name === name)?.status;
  const docker = statusOf('docker');
  if (docker === undefined) return [];
  const native = checks.every(({ status }) => status !== 'missing') ? 'yes' : 'not yet, see above';
  return [
    `  native    ${native}: workers, users, profiles; one replica an app`,
    `  compose   ${docker === 'ok' ? 'yes' : 'no engine'}: the same, and replicas and CPU limits; Grafana`,
    '  attached  wherever both apps already run: load and comparison, no restart, no other configuration',
  ];
}
