import { expect, it } from 'vitest';
import { Interrupted } from '../../errors';
import { portsOf } from '../ports';
import { subjectOf } from '../subject';
import { bringUp } from './bring-up';
import type { Processes } from './processes';

it('starts nothing once it was interrupted, as while the database was made', async () => {
  const started: string[] = [];
  const start = async ({ name }: { name: string }) => {
    started.push(name);
    throw new Error('not to be started');
  };
  const up = bringUp({
    ...{ processes: { start } as unknown as Processes, name: 'express', databaseUrl: '' },
    ...{ subject: subjectOf('express', 'default', 1), at: portsOf('express'), cpus: [0] },
    signal: AbortSignal.abort(),
  });
  await expect(up).rejects.toBeInstanceOf(Interrupted);
  expect(started).toEqual([]);
});
