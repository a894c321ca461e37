// The entries that both apps are measured against do what the rules ask, on the same rows: a rival
// that did less would make the comparison worthless.
import { rmSync } from 'node:fs';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { childrenOf, readPage, textOf } from '../../contract/conformance/html';
import { claimedApps } from '../../lab/experiments/claims/design';
import { freePorts, temporaryFolder } from '../../test/lab-process';
import { load } from '../load';
import { Stage } from '../stage';
import { rival } from './contestants';

type World = { id: number; randomNumber: number };

const folder = temporaryFolder();
let stage: Stage;
let appPorts: number[];

beforeAll(async () => {
  const [postgresPort = 0, ...rest] = await freePorts(1 + claimedApps.length);
  appPorts = rest;
  stage = await Stage.open(folder, postgresPort);
});

afterAll(async () => {
  await stage?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(claimedApps)('the rival of %s', (app) => {
  test('answers each request type by the rules', async () => {
    const contestant = rival(app, 'default', 1, appPorts[claimedApps.indexOf(app)]);
    const { baseUrl } = contestant;
    const get = async (path: string): Promise<string> => {
      const response = await fetch(`${baseUrl}${path}`);
      expect(response.status, path).toBe(200);
      expect(response.headers.get('server'), path).not.toBeNull();
      return response.text();
    };
    const worlds = async (path: string): Promise<World[]> => JSON.parse(await get(path));

    await stage.withServer(contestant, async () => {
      expect(await get('/plaintext')).toBe('Hello, World!');
      expect(JSON.parse(await get('/json'))).toEqual({ message: 'Hello, World!' });
      const stored = await readStored(stage.superuserUrl(contestant));
      const isStored = ({ id, randomNumber }: World) => stored.get(id) === randomNumber;

      expect(JSON.parse(await get('/db'))).toSatisfy(isStored);
      for (const [count, length] of [
        ['20', 20],
        ['x', 1],
        ['0', 1],
        ['501', 500],
      ] as const) {
        const read = await worlds(`/queries?count=${count}`);
        expect(read, `count=${count}`).toHaveLength(length);
        expect(read, `count=${count}`).toSatisfy((all: World[]) => all.every(isStored));
      }

      const written = await worlds('/updates?count=20');
      expect(new Set(written.map(({ id }) => id)).size).toBe(20);
      const storedNow = await readStored(stage.superuserUrl(contestant));
      for (const { id, randomNumber } of written) expect(storedNow.get(id)).toBe(randomNumber);
      expect(written.every(isStored), 'nothing was written').toBe(false);

      const page = readPage(await get('/fortunes'));
      const messages = page
        .elements('tr')
        .map((row) => childrenOf(row, 'td').map(textOf)[1])
        .filter((message) => message !== undefined);
      expect(messages).toHaveLength(13);
      expect(messages).toContain('Additional fortune added at request time.');
      expect(messages).toEqual([...messages].sort());
      expect(page.elements('script')).toEqual([]);

      // As the bench will ask: many at a time, and every answer counted.
      const asked = await load({ baseUrl, path: '/updates?count=20', connections: 8, seconds: 1 });
      expect(asked.failed).toBe(0);
      expect(asked.answered).toBeGreaterThan(0);
    });
  }, 90_000);
});

async function readStored(url: string): Promise<Map<number, number>> {
  const client = new Client(url);
  await client.connect();
  const { rows } = await client.query('SELECT id, random_number FROM world');
  await client.end();
  return new Map(rows.map((row) => [row.id, row.random_number]));
}
