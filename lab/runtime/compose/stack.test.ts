// Which containers of a project are the lab's, the user's or another load's; with an engine that only lists them.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerInfo } from 'dockerode';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stateDir } from '../../paths';
import { writeFileAtomic } from '../../results/atomic';
import { makeFolder } from '../../system-errors';
import type { ComposeCli } from './cli';
import type { Engine } from './engine';
import type { ComposeSettings } from './settings';
import { ComposeStack } from './stack';

const project = `stack-test-${process.pid}`;
const mark = join(stateDir, `started-${project}`);
const settings = { project } as ComposeSettings;

type Given = { service: string; oneOff?: boolean; owner?: string; command?: string };
let containers: Map<string, Given>;
let ran: string[][];

const listed = ([Id, { service, oneOff = false, owner }]: [string, Given]): ContainerInfo =>
  ({
    Id,
    Names: [`/${Id}`],
    State: 'running',
    Labels: {
      'com.docker.compose.project': project,
      'com.docker.compose.service': service,
      'com.docker.compose.oneoff': oneOff ? 'True' : 'False',
      ...(owner !== undefined && { 'headroom.owner': owner }),
    },
  }) as unknown as ContainerInfo;

const engine = {
  containers: async (...labels: string[]) =>
    [...containers].map(listed).filter(({ Labels }) =>
      labels.every((label) => {
        const [name = '', value] = label.split('=');
        return name in Labels && (value === undefined || Labels[name] === value);
      }),
    ),
  processes: async (id: string) => [containers.get(id)?.command ?? 'sleep'],
  remove: async (id: string) => void containers.delete(id),
  fileOwner: '0:0',
} as unknown as Engine;

/** Brings up what it is asked for, with ids that nothing had before. */
let made = 0;
const cli = {
  run: async (...args: string[]) => {
    ran.push(args);
    return '';
  },
  up: async (services: readonly string[]) => {
    ran.push(['up', ...services]);
    for (const service of services) {
      const isThere = [...containers.values()].some((one) => one.service === service);
      made += 1;
      if (!isThere) containers.set(`new-${made}`, { service });
    }
  },
} as unknown as ComposeCli;

const broughtUp = async (): Promise<ComposeStack> => {
  const stack = new ComposeStack(engine, settings);
  await stack.claim();
  await stack.up(cli, cli);
  return stack;
};
const goesDown = async (stack: ComposeStack): Promise<boolean> => {
  ran = [];
  await stack.putBack(cli, ['express']);
  return ran.some((args) => args.includes('down'));
};

beforeEach(() => {
  makeFolder(stateDir);
  containers = new Map();
  ran = [];
});
afterEach(() => rmSync(mark, { force: true }));

describe('a stack', () => {
  it('that the lab started goes down with it', async () => {
    expect(await goesDown(await broughtUp())).toBe(true);
    expect(existsSync(mark)).toBe(false);
  });

  it('that a killed lab left goes down with the next', async () => {
    await broughtUp();
    containers.set('express-1', { service: 'express' });
    expect(await goesDown(await broughtUp())).toBe(true);
  });

  it.each(['after a killed lab', 'after one of an earlier version'])(
    'of the same services that the user started stays up, %s',
    async (which) => {
      await broughtUp();
      if (which.includes('earlier')) writeFileAtomic(mark, `${project}\n`);
      containers = new Map(
        ['postgres', 'prometheus', 'express'].map((service) => [`own-${service}`, { service }]),
      );
      expect(await goesDown(await broughtUp())).toBe(false);
      expect(ran).toContainEqual(['up', 'postgres', 'prometheus', 'express']);
    },
  );
});

describe('another load', () => {
  const k6 = 'root 1 k6 run scenarios/scaling.ts';
  it.each<[string, Given]>([
    ['a k6 by hand', { service: 'k6', oneOff: true, command: k6 }],
    ['the stack’s own tour', { service: 'lab', command: k6 }],
    [
      'a night between two loads',
      { service: 'nightly', command: 'node lab/main.ts nightly --runtime attached' },
    ],
  ])('that is under way is refused by its name: %s', async (_what, given) => {
    containers.set('busy', given);
    await expect(broughtUp()).rejects.toMatchObject({
      exitCode: 5,
      message: expect.stringMatching(/in the container busy, .*docker stop busy/),
    });
  });

  it('that begins later is a neighbour, and no part of the measurement', async () => {
    containers = new Map<string, Given>([
      ['postgres-1', { service: 'postgres' }],
      ['lab-1', { service: 'lab' }],
      ['nightly-1', { service: 'nightly', command: 'lab/main.ts scheduler --at x' }],
    ]);
    const stack = await broughtUp();
    containers.set('k6-own', { service: 'k6', oneOff: true, owner: 'x' });
    containers.set('k6-by-hand', { service: 'k6', oneOff: true, command: k6 });
    const own = (await stack.ownContainers()).map(({ Id }) => Id);
    expect(own).toEqual(expect.arrayContaining(['postgres-1', 'lab-1', 'k6-own']));
    expect(own).not.toContain('nightly-1');
    expect(own).not.toContain('k6-by-hand');
  });
});
