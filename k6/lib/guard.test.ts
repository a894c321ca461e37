import { BlockList, isIPv6 } from 'node:net';
import { describe, expect, it } from 'vitest';
import { closed, open, planOf, step, turnsOf } from '../plan.fixture.ts';
import { assertAllowed, forbiddenAddresses, totalSeconds } from './guard.ts';

const target =
  (baseUrl: string, allowHosts: string[] = [], allowFile?: string) =>
  () =>
    assertAllowed(planOf({ baseUrl, allowHosts }), allowFile, false);

describe('a target is allowed', () => {
  it.each([
    ['http://127.0.0.1:8081', 'loopback'],
    ['http://127.255.0.3:1', 'all of 127.0.0.0/8 is loopback'],
    ['http://localhost:8081', 'loopback by name'],
    ['http://[::1]:8081', 'loopback in IPv6'],
  ])('%s: %s', (baseUrl) => {
    expect(target(baseUrl)).not.toThrow();
  });

  it.each([
    ['http://express:8081', 'a service'],
    ['https://django', 'another, over TLS and without a port'],
    ['http://django-b:8080', 'the second arm of an app'],
  ])('%s: %s, in the network of the containers alone', (baseUrl) => {
    const plan = planOf({ baseUrl });
    expect(() => assertAllowed(plan, undefined, true)).not.toThrow();
    // Elsewhere, a search domain may make another machine of it.
    expect(() => assertAllowed(plan, undefined, false)).toThrow(
      /may not be loaded.* in containers the services express, /,
    );
  });

  it('when the plan and the file both name it', () => {
    const file = '# ours\n\nother.example\nload.example # the big one\n';
    expect(target('http://load.example:80', ['load.example'], file)).not.toThrow();
  });
});

describe('a target is refused', () => {
  it.each([
    ['http://example.com', 'a foreign host'],
    ['http://10.0.0.1:8081', 'a private address is somebody else’s machine too'],
    ['http://127.0.0.1.example.com', 'a foreign host that begins like loopback'],
    ['http://127.0.0.256', 'not an address'],
    ['http://127.1', 'loopback in a spelling that not everybody reads alike'],
    ['http://0.0.0.0:8081', 'every interface'],
    ['http://localhost.example', 'a foreign host that begins like localhost'],
    ['http://my-express', 'a host that ends like a service'],
  ])('%s: %s', (baseUrl) => {
    for (const inNetwork of [false, true]) {
      expect(() => assertAllowed(planOf({ baseUrl }), undefined, inNetwork)).toThrow(
        /may not be loaded.*HEADROOM_ALLOW_FILE/,
      );
    }
  });

  it.each([
    ['http://127.0.0.1@example.com', 'a user name that looks like a host'],
    ['http://127.0.0.1:80@example.com', 'the same with a password'],
    ['http://127.0.0.1:8081/path', 'a path would be put before every request’s own'],
    ['http://127.0.0.1:8081/', 'even the shortest'],
    ['http://127.0.0.1:8081?x=http://localhost', 'a query'],
    ['http://127.0.0.1\\@example.com', 'a backslash'],
    ['http://LOCALHOST', 'capitals would miss the list'],
    ['ftp://127.0.0.1', 'another protocol'],
    ['127.0.0.1:8081', 'no protocol'],
    ['http://', 'no host'],
    ['http://127.0.0.1\n.example.com', 'a second line'],
  ])('%s: %s', (baseUrl) => {
    expect(target(baseUrl)).toThrow(/plan\.baseUrl is .*expected http/);
  });

  it('in either arm of a plan with turns', () => {
    for (const index of [0, 1] as const) {
      const { arms } = turnsOf();
      arms[index].baseUrl = 'http://example.com';
      const plan = planOf({ turns: turnsOf({ arms }) });
      expect(() => assertAllowed(plan, undefined, true)).toThrow(
        `plan.turns.arms[${index}].baseUrl is "http://example.com": example.com may not be loaded`,
      );
    }
  });

  it('when only the plan names it', () => {
    expect(target('http://load.example', ['load.example'])).toThrow(/flag alone is not enough/);
    expect(target('http://load.example', ['load.example'], 'other.example')).toThrow(
      /the file that HEADROOM_ALLOW_FILE names does not/,
    );
  });

  it('when only the file names it', () => {
    expect(target('http://load.example', [], 'load.example')).toThrow(/may not be loaded/);
  });
});

describe('a load is refused beyond the caps', () => {
  it.each([
    [[step('a', open(50_001))], /step a: load\.rateRps is 50001: the cap is 50000/],
    [[step('a', open(1, 5_001))], /step a: load\.maxVUs is 5001: the cap is 5000/],
    [[step('a', closed(5_001))], /step a: load\.users is 5001: the cap is 5000/],
    [[step('a', closed(), 3_601)], /step a: durationSeconds is 3601: the cap is 3600/],
    [
      [step('a', closed(), 3_600), step('b', closed(), 3_600)],
      /together take 7204: the cap is 7200 seconds/,
    ],
  ])('%#', (steps, sentence) => {
    expect(() => assertAllowed(planOf({ steps }), undefined, false)).toThrow(sentence);
  });

  it('and is allowed up to them', () => {
    const steps = [step('a', open(50_000, 5_000), 3_600)];
    expect(() => assertAllowed(planOf({ steps }), undefined, false)).not.toThrow();
  });
});

it('the total time has the gaps and the last grace in it', () => {
  expect(totalSeconds(planOf())).toBe(3 * 5 + 2 * 2 + 2);
});

describe('the addresses that k6 may not connect to', () => {
  // Apart: Node compares an IPv4 address with ranges of IPv6 too, which k6 does not.
  const forbidden = { ipv4: new BlockList(), ipv6: new BlockList() };
  const familyOf = (address: string) => (isIPv6(address) ? 'ipv6' : 'ipv4');
  for (const range of forbiddenAddresses(planOf({ baseUrl: 'http://localhost:8081' }))) {
    const [address = '', bits] = range.split('/');
    const family = familyOf(address);
    forbidden[family].addSubnet(address, Number(bits), family);
  }
  const isForbidden = (address: string) =>
    forbidden[familyOf(address)].check(address, familyOf(address));

  it.each(['127.0.0.1', '127.255.255.255', '127.1.2.3', '::1'])('are not %s', (address) => {
    expect(isForbidden(address)).toBe(false);
  });

  it.each([
    ...['0.0.0.0', '10.0.0.1', '126.255.255.255', '128.0.0.0', '169.254.169.254', '192.168.1.1'],
    ...['255.255.255.255', '::', '::2', '::1:1', '64:ff9b::7f00:1', 'fe80::1', '2001:db8::1'],
  ])('are %s, whatever a name stands for or an answer redirects to', (address) => {
    expect(isForbidden(address)).toBe(true);
  });

  it('are none where a target is another machine, which flag and file have to name', () => {
    expect(forbiddenAddresses(planOf({ baseUrl: 'http://load.example' }))).toEqual([]);
    expect(forbiddenAddresses(planOf({ baseUrl: 'http://express:8081' }))).toEqual([]);
  });
});
