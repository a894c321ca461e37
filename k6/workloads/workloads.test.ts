import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { requestSequence, routeOf, thinkTimeOf } from '../lib/workload.ts';
import { closed, open, step } from '../plan.fixture.ts';
import { WORKLOADS, workloadNamed } from './index.ts';

const requestsOf = (name: string) => {
  const workload = workloadNamed(name);
  return 'requests' in workload ? workload.requests : [];
};
const micro = requestsOf('micro');
const declared = (file: string) =>
  JSON.parse(readFileSync(new URL(`../../contract/${file}.json`, import.meta.url), 'utf8'));
const namesOf = (seed: number) => requestSequence(micro, seed).map(routeOf);

it('each request has its share of the sequence to within one place', () => {
  const names = namesOf(1);
  const total = micro.reduce((sum, { weight }) => sum + weight, 0);
  for (const request of micro) {
    const name = routeOf(request);
    const places = names.filter((other) => other === name).length;
    expect(Math.abs(places - (request.weight / total) * names.length), name).toBeLessThan(1);
  }
});

it('a seed makes the same sequence again, another seed another', () => {
  expect(namesOf(7)).toEqual(namesOf(7));
  expect(namesOf(7)).not.toEqual(namesOf(8));
  expect(new Set([-7, 0, 2 ** 31, 2 ** 52].map((seed) => namesOf(seed).join())).size).toBe(4);
});

it('looking at one iteration in twenty gets round to the whole sequence', () => {
  const { length } = namesOf(1);
  const seen = new Set(Array.from({ length }, (_, sample) => (sample * 20) % length));
  expect(seen.size).toBe(length);
});

it('most of the mix asks the database', () => {
  const share = (names: string[]) => namesOf(1).filter((name) => names.includes(name)).length / 211;
  expect(share(['/db', '/queries', '/updates', '/fortunes'])).toBeGreaterThan(0.8);
});

it('every workload has its SLO, and every SLO its workload', () => {
  expect(Object.keys(declared('slo')).sort()).toEqual(Object.keys(WORKLOADS).sort());
});

it('/work is right when the digest is that of 5,000 rounds', () => {
  let digest = Buffer.alloc(32);
  for (let round = 0; round < 5_000; round += 1) {
    digest = createHash('sha256').update(digest).digest();
  }
  const { isRight } = requestsOf('work')[0] ?? {};
  expect(isRight?.(`{"units":5,"digest":"${digest.toString('hex')}"}`)).toBe(true);
});

it('an unknown workload is refused with the known ones', () => {
  expect(() => workloadNamed('shop')).toThrow(
    /plan\.workload is "shop": expected one of micro, plaintext, json, db, fortunes, wait, work/,
  );
});

it.each(['mixed', 'api'])(
  '%s: of a hundred visits ninety look, nine fill a cart, one buys',
  (name) => {
    const workload = workloadNamed(name);
    if (!('visits' in workload)) throw new Error(`${name} is not made of visits`);
    expect(workload.visits.map(({ weight }) => weight)).toEqual([90, 9, 1]);
    const sequence = requestSequence(workload.visits, 1);
    const [looks, carts, orders] = workload.visits.map(
      (visit) => sequence.filter((other) => other === visit).length / sequence.length,
    );
    expect([looks, carts, orders]).toEqual([
      expect.closeTo(0.9, 1),
      expect.closeTo(0.09, 1),
      expect.closeTo(0.01, 1),
    ]);
    expect(orders).toBeGreaterThan(0);
  },
);

it('visitors think where they wait for their answers, not at a rate, nor where they are to be busy', () => {
  const thinking = (
    workload: string,
    load: ReturnType<typeof open | typeof closed>,
    more: { hurried?: true } = {},
  ) => thinkTimeOf(workloadNamed(workload), { ...more, steps: [step('step_01', load)] });
  expect(thinking('mixed', closed())).toBe(0.2);
  expect(thinking('mixed', closed(), { hurried: true })).toBe(0);
  expect(thinking('mixed', open())).toBe(0);
  expect(thinking('api', closed())).toBe(0);
});

it('the contract names the workloads that visit the shop, and no others', () => {
  const visiting = Object.entries(WORKLOADS).filter(([, workload]) => 'visits' in workload);
  expect(visiting.map(([name]) => name)).toEqual(declared('shop-workloads'));
});

it('every workload has a file of its name here', () => {
  const files = readdirSync(new URL('.', import.meta.url)).filter(
    (file) => !/test|index/.test(file),
  );
  expect(files.sort()).toEqual(
    Object.keys(WORKLOADS)
      .map((name) => `${name}.ts`)
      .sort(),
  );
});

it('docs/usage.md lists every workload with its SLO, and every scenario', () => {
  const page = readFileSync(new URL('../../docs/usage.md', import.meta.url), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  const slo: Record<string, { share: number; thresholdSeconds: number }> = declared('slo');
  for (const [name, { share, thresholdSeconds }] of Object.entries(slo)) {
    const bound = `${100 * share} % within ${(1000 * thresholdSeconds).toLocaleString('en')} ms |`;
    expect(rows.filter((row) => row.includes(`\`${name}\``) && row.endsWith(bound))).toHaveLength(
      1,
    );
  }
  const scenarios = readdirSync(new URL('../scenarios', import.meta.url)).map(
    (file) => `\`${file.replace('.ts', '')}\``,
  );
  const listed = rows.flatMap((row) => /^\| (`\w+`) \|/.exec(row)?.[1] ?? []);
  expect(listed).toEqual(expect.arrayContaining(scenarios));
});
