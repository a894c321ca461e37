// The table of docs/method.md that says which checks each runtime judges, held against a run.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { findingsOf } from '../lab/experiments/conclude';
import { rootDir } from '../lab/paths';
import type { RunFolder } from '../lab/results/run-folder';

const runtimes = [
  'native',
  'docker compose up',
  '--runtime compose',
  'attached elsewhere',
] as const;
export type Column = (typeof runtimes)[number];

/** How each check is used, by its name; one on the cores of each part stands for all parts. */
export function checksOf(column: Column): Map<string, string> {
  const text = readFileSync(join(rootDir, 'docs/method.md'), 'utf8');
  const [, table = ''] = /^\| check \| native \|.*\n\|.*\n((?:\|.*\n)+)/m.exec(text) ?? [];
  const rows = table.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  return new Map(
    rows.flatMap((cells) => {
      const use = cells[2 + runtimes.indexOf(column)];
      return use === undefined
        ? []
        : (cells[1] ?? '').split(', ').map((name) => [name, use] as const);
    }),
  );
}

/** Not judged on a machine that is known to be busy (HEADROOM_OTHER_CORES), as where tests run beside one another. */
const onlyOnAQuietMachine = ['answers held up in k6'];

const withoutPart = (name: string): string => name.replace(/ on \w+ cores$/, ' on cores');

/** Every check of the run's steps stands in the table; what it says is judged has a verdict in some step. */
export function expectJudgedAsDocumented(folder: RunFolder, column: Column): void {
  const documented = checksOf(column);
  const steps = findingsOf(folder).trials.flatMap((trial) => trial.steps);
  const seen = Map.groupBy(
    steps.flatMap(({ validity }) => validity.checks),
    ({ name }) => withoutPart(name),
  );
  expect([...seen.keys()].filter((name) => !documented.has(name))).toEqual([]);
  const isBusy = folder.run.configuration.HEADROOM_OTHER_CORES !== undefined;
  for (const [name, use] of documented) {
    const checks = seen.get(name) ?? [];
    const outcomes = new Set(checks.map(({ outcome }) => outcome));
    if (isBusy && onlyOnAQuietMachine.includes(name)) {
      expect([...outcomes], name).toEqual(['unknown']);
    } else if (use === 'judged' && checks.length > 0) {
      expect(outcomes.has('ok') || outcomes.has('broken'), `${name} is judged`).toBe(true);
    } else if (use !== 'judged') {
      expect(
        [...outcomes].filter((outcome) => outcome !== 'unknown'),
        name,
      ).toEqual([]);
    }
  }
  for (const name of ['others on cores', 'steal on cores', 'generator CPU', 'books']) {
    expect([...seen.keys()], 'checks of a tour').toContain(name);
  }
}
