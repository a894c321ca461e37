// What outlives `docker compose down`, and what does not. In a project of its own, which it removes.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engineProblem, Stack, until } from './compose-stack';
import { engine, projectLabel, projectNamed, removeProjects } from './container-projects';

const problem = engineProblem();
if (problem === undefined) describe('data of the composition', onEngine);
else test('data of the composition', (context) => context.skip(problem));

function onEngine(): void {
  const project = projectNamed('data');
  const services = ['postgres', 'database', 'prometheus'];
  const cleanups = ['express-cleanup', 'django-cleanup'];
  let stack: Stack;

  beforeAll(async () => {
    stack = await Stack.open({ project });
    await stack.up(services);
  }, 120_000);
  afterAll(() => removeProjects((name) => name === project));

  const oids = () =>
    stack.psql('postgres', "SELECT oid FROM pg_database WHERE datname LIKE 'headroom%' ORDER BY 1");

  test('loses the sessions that are over by the services of the profile cleanup', async () => {
    await stack.compose('--profile', 'cleanup', 'up', '--detach', '--build', ...cleanups);
    for (const [app, session] of Object.entries({ express: 'session', django: 'django_session' })) {
      const insert = (id: string, ends: string) =>
        stack.psql(`headroom_${app}`, `INSERT INTO ${session} VALUES ('${id}', '{}', ${ends})`);
      await insert('over', "now() - interval '1 minute'");
      await insert('alive', "now() + interval '10 minutes'");
    }
    await stack.compose('exec', '-T', 'express-cleanup', 'node', 'dist/cleanup.js');
    await stack.compose('exec', '-T', 'django-cleanup', 'python', 'manage.py', 'clearsessions');
    await stack.compose(
      'exec',
      '-T',
      'django-cleanup',
      'python',
      'manage.py',
      'clearloginattempts',
    );
    expect(await stack.psql('headroom_express', 'SELECT sid FROM session')).toBe('alive');
    expect(await stack.psql('headroom_django', 'SELECT session_key FROM django_session')).toBe(
      'alive',
    );
    await stack.compose('--profile', 'cleanup', 'rm', '--stop', '--force', ...cleanups);
  }, 240_000);

  test('survives `down`; the next `up` makes none of it again', async () => {
    await stack.psql('headroom_express', 'CREATE TABLE kept AS SELECT 42 AS answer');
    const before = await oids();
    // Of the first of its processes that it has samples of.
    const first = 'min_over_time(process_start_time_seconds{job="prometheus"}[15m])';
    const startedAt = await until('Prometheus knows itself', 30, async () => {
      const [seconds] = await stack.query(first);
      return seconds;
    });
    await stack.down({ removeVolumes: false });
    await stack.up(services);
    expect(before.split('\n').length).toBeGreaterThan(4);
    expect(await oids()).toBe(before);
    expect(await stack.psql('headroom_express', 'SELECT answer FROM kept')).toBe('42');
    expect(await stack.query(first)).toEqual([startedAt]);
  }, 120_000);

  test('is gone after `down --volumes`, and so is all else', async () => {
    await stack.down({ removeVolumes: true });
    const docker = await engine();
    const filters = { label: [`${projectLabel}=${project}`] };
    expect(await docker.listContainers({ all: true, filters })).toEqual([]);
    expect(await docker.listNetworks({ filters })).toEqual([]);
    const { Volumes } = await docker.listVolumes({ filters: JSON.stringify(filters) });
    expect(Volumes ?? []).toEqual([]);
  }, 60_000);
}
