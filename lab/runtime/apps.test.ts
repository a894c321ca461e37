import { afterEach, expect, it, vi } from 'vitest';
import { environmentOf, logLevel, settingCaveats } from './apps';
import { subjectOf } from './subject';

afterEach(() => vi.unstubAllEnvs());

it.each(['express', 'django'] as const)(
  'a LOG_LEVEL of the shell’s is not %s’s: only the lab’s own variable is',
  (app) => {
    const level = () => environmentOf(subjectOf(app, 'default', 1), 'postgres://x').LOG_LEVEL;
    vi.stubEnv('LOG_LEVEL', 'debug');
    vi.stubEnv('HEADROOM_LOG_LEVEL', '');
    expect(level()).toBe('info');
    vi.stubEnv('HEADROOM_LOG_LEVEL', 'debug');
    expect(level()).toBe('debug');
  },
);

it('another level than the usual is said with the figures', () => {
  expect(settingCaveats({})).toEqual([]);
  expect(settingCaveats({ HEADROOM_LOG_LEVEL: 'info' })).toEqual([]);
  expect(settingCaveats({ HEADROOM_LOG_LEVEL: 'debug' })).toEqual([
    'The apps log at debug (HEADROOM_LOG_LEVEL).',
  ]);
});

it.each(['INFO', 'warning', 'toString'])('%s is refused with what is known', (level) => {
  expect(() => logLevel({ HEADROOM_LOG_LEVEL: level })).toThrow(
    `HEADROOM_LOG_LEVEL is "${level}": give debug, info, warn, error, or unset it for info.`,
  );
});
