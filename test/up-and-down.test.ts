// `lab up`, `lab status` and `lab down`: a stack for whoever wants to poke at it.
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rootDir } from '../lab/paths';
import { allGone, Lab } from './lab-process';

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.create();
});
afterAll(() => lab.remove());

const smoke = 'k6/scenarios/smoke.ts';
const k6Env = () => join(lab.folder, 'state/k6.env');

/** Both ways that `lab up` names find the moved ports; the series of a run are a run's own. */
async function expectK6ByHand(printed: string): Promise<void> {
  expect(printed).toMatch(
    /^k6 by hand: npm run lab -- k6 run k6\/scenarios\/NAME\.ts, or source \S*state\/k6\.env and/m,
  );
  const { code, stdout } = await lab.run('k6', 'run', '--quiet', smoke);
  expect(code, stdout).toBe(0);
  const sourced = await execa('sh', ['-c', '. "$1" && k6 run --quiet "$2"', 'sh', k6Env(), smoke], {
    ...{ cwd: rootDir, reject: false, extendEnv: false },
    env: { PATH: process.env.PATH },
  });
  expect(sourced.exitCode, sourced.stdout).toBe(0);
  const query = encodeURIComponent('count by (run) (last_over_time(k6_http_reqs_total[5m]))');
  const asked = `http://127.0.0.1:${lab.port('prometheus')}/api/v1/query?query=${query}`;
  const { data } = (await (await fetch(asked)).json()) as {
    data: { result: { metric: { run: string } }[] };
  };
  const ofItsOwn = expect.stringMatching(/^by-hand-\d{8}T\d{6}Z-[0-9a-f]{4}$/);
  expect(data.result.map(({ metric }) => metric.run)).toEqual([ofItsOwn, ofItsOwn]);
}

const status = async () => JSON.parse((await lab.run('status', '--json')).stdout);

it('status and down say that nothing is up, when nothing is', async () => {
  expect(await status()).toEqual({ up: false });
  const { code, stderr } = await lab.run('down');
  expect([code, stderr]).toEqual([0, 'No lab is up here.\n']);
  const byHand = await lab.run('k6', 'run', smoke);
  expect(byHand.code).toBe(5);
  expect(byHand.stderr).toContain(
    'The lab is not up, so k6 has nothing to load: npm run lab -- up',
  );
});

it('up is seen by status and doctor, refused a second time, and ended by down', async () => {
  const running = lab.start('up');
  await running.prints(/^prometheus http/m);
  const children = lab.children();

  const found = await status();
  expect(found).toMatchObject({ up: true, verb: 'lab up' });
  expect(found.children.map(({ name }: { name: string }) => name)).toEqual(
    expect.arrayContaining(['postgres', 'prometheus', 'express', 'django']),
  );
  for (const [name, url] of Object.entries<string>(found.urls)) {
    expect((await fetch(url)).status, name).toBeGreaterThan(0);
    expect((await lab.run('status')).stdout).toContain(url);
  }

  await expectK6ByHand(running.stdout);
  const doctor = await lab.run('doctor', '--json');
  const { ok, checks } = JSON.parse(doctor.stdout);
  const ofPorts = checks.filter(({ name }: { name: string }) => name.startsWith('port'));
  expect(ofPorts).toEqual([
    {
      name: 'ports',
      status: 'ok',
      found: expect.stringMatching(
        /^(\d+ ){7,}held by the lab that is up here \(`lab up`; `npm run lab -- down` ends it\)/,
      ),
    },
  ]);
  expect(doctor.code).toBe(ok ? 0 : 5);

  // Nothing of `lab up` listens here: whoever does is a stranger.
  const stranger = createServer().listen(lab.port('k6'), '127.0.0.1');
  const disturbed = await lab.run('doctor');
  stranger.close();
  expect(disturbed.code).toBe(5);
  expect(disturbed.stdout.match(/^✖ port .*/gm)).toEqual([
    expect.stringMatching(
      new RegExp(`^✖ port ${lab.port('k6')} .*\\(pid ${process.pid}\\).* HEADROOM_K6_PORT$`),
    ),
  ]);
  expect(disturbed.stdout).toContain('held by the lab that is up here');

  const second = await lab.run('up');
  expect(second.stderr).toMatch(/Another lab is running here .*lab -- down/);
  expect(second.code).toBe(5);

  const down = await lab.run('down');
  expect([down.code, down.stderr]).toEqual([0, '`lab up` has ended.\n']);
  expect((await running.ended).code).toBe(0);
  expect(await allGone(children)).toBe(true);
  expect(await status()).toEqual({ up: false });
  expect(existsSync(k6Env()), 'k6.env goes with the lab that wrote it').toBe(false);
}, 240_000);
