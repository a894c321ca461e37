import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { rootDir } from '../paths';
import { settingCaveats } from './apps';
import { subjectOf } from './subject';

/** As a lab that is started in this environment hands it to an app. */
async function environmentIn(env: Record<string, string>, app: 'express' | 'django') {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  vi.resetModules();
  const { environmentOf } = await import('./apps.ts');
  return environmentOf(subjectOf(app, 'default', 1), 'postgres://x');
}

afterEach(() => vi.unstubAllEnvs());

it.each(['express', 'django'] as const)(
  'a LOG_LEVEL of the shell’s is not %s’s: only the lab’s own variable is',
  async (app) => {
    const shells = { LOG_LEVEL: 'debug', HEADROOM_LOG_LEVEL: '' };
    expect((await environmentIn(shells, app)).LOG_LEVEL).toBe('info');
    const own = { LOG_LEVEL: 'warn', HEADROOM_LOG_LEVEL: 'debug' };
    expect((await environmentIn(own, app)).LOG_LEVEL).toBe('debug');
  },
);

it.each(['express', 'django'] as const)(
  '%s gets what the contract names, and of the shell PATH and TMPDIR alone',
  async (app) => {
    const foreign = {
      PGOPTIONS: '-c x=y',
      NODE_OPTIONS: '--inspect',
      TZ: 'Asia/Tokyo',
      HOME: '/me',
    };
    const given = await environmentIn({ ...foreign, PATH: '/bin', TMPDIR: '/tmp' }, app);
    const contract = readFileSync(join(rootDir, 'contract/README.md'), 'utf8');
    const ofContract = [...contract.matchAll(/^\| `([A-Z_]+)` /gm)].map(([, name]) => name);
    const allowed = [...ofContract, 'PATH', 'TMPDIR', 'NODE_ENV', 'PYTHONDONTWRITEBYTECODE'];
    expect(Object.keys(given).filter((name) => !allowed.includes(name))).toEqual([]);
    expect(given).toMatchObject({ PATH: expect.stringMatching(/:\/bin$/), TMPDIR: '/tmp' });
    expect(Object.values(given)).not.toContain(foreign.NODE_OPTIONS);
  },
);

it('another level than the usual is said with the figures', () => {
  expect(settingCaveats({ logLevel: 'info', plantedWorkMs: 0 })).toEqual([]);
  expect(settingCaveats({ logLevel: 'debug', plantedWorkMs: 0 })).toEqual([
    'The apps log at debug (HEADROOM_LOG_LEVEL).',
  ]);
});
