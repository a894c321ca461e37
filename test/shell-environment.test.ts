// What a shell has for other programs reaches neither the lab nor what it starts; what it has for the lab is
// in the run's record.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Lab } from './lab-process';

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.create({
    // Each stopped or changed a lab once.
    ...{ PGOPTIONS: '-c default_transaction_read_only=on', PGHOST: 'db.invalid', PGPORT: '1' },
    ...{
      TZ: 'Asia/Tokyo',
      LOG_LEVEL: 'warning',
      GIT_DIR: '/nowhere',
      HTTP_PROXY: 'http://x.invalid',
    },
    ...{ GOMAXPROCS: '1', K6_VUS: '1', UV_THREADPOOL_SIZE: '1', COMPOSE_FILE: '/nowhere.yml' },
    HEADROOM_POSTGRES_URL: '',
    HEADROOM_LIVE_HOST: '',
  });
});
afterAll(() => lab.remove());

const environmentOf = (pid: number): string[] =>
  readFileSync(`/proc/${pid}/environ`, 'utf8')
    .split('\0')
    .flatMap((line) => line.split('=')[0] || []);

it('a lab that is up, and its parts, have of the shell what is named', async () => {
  const up = lab.start('up');
  try {
    await up.prints(/k6 by hand/);
    const named = new Map(lab.children().map(({ name, pid }) => [name, environmentOf(pid)]));
    expect(named.get('prometheus')?.filter((name) => name !== 'TMPDIR')).toEqual(['PATH']);
    for (const app of ['express', 'django']) {
      const names = named.get(app) ?? [];
      expect(names).toContain('DATABASE_URL');
      const foreign = /^(PG|HEADROOM_|K6_|TZ|HOME|GIT|GO|UV|COMPOSE)|^HTTP_PROXY$/;
      expect(names.filter((name) => foreign.test(name))).toEqual([]);
    }
  } finally {
    up.signal('SIGINT');
    expect((await up.ended).code).toBe(0);
  }
});

it('a run records the variables that were set, and its revision is that of the clone', async () => {
  const { code, stderr } = await lab
    .with({ HEADROOM_LOG_LEVEL: 'warn', HEADROOM_SHOP_SIZE: '' })
    .run('run', 'smoke', '--app', 'express');
  expect([0, 4], stderr).toContain(code);
  const [id = ''] = readdirSync(lab.resultsDir).filter((name) => name.includes('-run-'));
  const run = JSON.parse(readFileSync(join(lab.resultsDir, id, 'run.json'), 'utf8'));
  expect(run.configuration).toMatchObject({
    HEADROOM_LOG_LEVEL: 'warn',
    HEADROOM_OTHER_CORES: '8',
  });
  expect(Object.keys(run.configuration)).not.toContain('HEADROOM_SHOP_SIZE');
  expect(run.revision?.commit).toMatch(/^[0-9a-f]{40}$/);
});

it('a wrong variable ends any verb before it does anything', async () => {
  for (const verb of ['list', 'up', 'status']) {
    const { code, stdout, stderr } = await lab.with({ HEADROOM_EXPRESS_PORT: '1e4' }).run(verb);
    expect({ code, stdout }, verb).toEqual({ code: 2, stdout: '' });
    expect(stderr.trim()).toBe(
      'HEADROOM_EXPRESS_PORT is "1e4": give a whole number from 1 to 65535, or unset it for 8081.',
    );
  }
});
