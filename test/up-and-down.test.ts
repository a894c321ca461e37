// `lab up`, `lab status` and `lab down`: a stack for whoever wants to poke at it.
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { allGone, Lab } from './lab-process';

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.create();
});
afterAll(() => lab.remove());

const status = async () => JSON.parse((await lab.run('status', '--json')).stdout);

it('status and down say that nothing is up, when nothing is', async () => {
  expect(await status()).toEqual({ up: false });
  const { code, stderr } = await lab.run('down');
  expect([code, stderr]).toEqual([0, 'No lab is up here.\n']);
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
}, 240_000);
