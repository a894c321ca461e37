import { describe, expect, it } from 'vitest';
import { appNamed } from '../../contract/apps';
import profiles from '../../contract/profiles.json';
import { readConfiguration } from '../configuration/configuration';
import { subjectLabel } from '../results/subject-label';
import { environmentOf } from './apps';
import {
  appNames,
  profileNames,
  requirePlain,
  requireUsualSettings,
  requireUsualShop,
  requireUsualWorkers,
  subjectOf,
} from './subject';

type Profile = {
  reasons: Record<string, { choice: string; source: string }>;
  settings?: Record<string, string>;
};

describe('a subject', () => {
  it.each([
    ['as the profile has it', {}, 3, 4],
    ['more workers share the same connections', { workers: 6 }, 6, 2],
    ['so do more replicas', { replicas: 2 }, 3, 2],
    ['none is left without any', { workers: 64 }, 64, 1],
  ])('%s', (_reason, variation, workers, pool) => {
    expect(subjectOf('django', 'default', 1, variation)).toMatchObject({ workers, pool });
  });

  it.each(appNames.flatMap((app) => profileNames.map((profile) => [app, profile] as const)))(
    'of %s in the profile %s has the budget of 12 connections per core',
    (app, profile) => {
      const { workers, threads, pool } = subjectOf(app, profile, 2);
      expect(workers * pool).toBe(24);
      // Who has a thread has a connection: only an event loop answers more than it has connections.
      if (app === 'django') expect(pool).toBe(threads);
    },
  );

  it('says a reason and a source for whatever its profile chooses, and nothing unknown', () => {
    for (const profile of profileNames) {
      for (const app of appNames) {
        const of: Record<string, unknown> = profiles[profile];
        const { reasons, settings = {}, ...numbers } = of[app] as Profile;
        const chosen = [...Object.keys(numbers), ...Object.keys(settings)];
        expect(Object.keys(reasons).sort()).toEqual(chosen.sort());
        expect(Object.keys(appNamed(app).settings)).toEqual(
          expect.arrayContaining(Object.keys(settings)),
        );
        for (const { source } of Object.values(reasons)) {
          expect(source).toMatch(/^https:\/\/|^contract\//);
        }
      }
    }
  });

  it('is told of what its profile sets', () => {
    const env = environmentOf(subjectOf('django', 'tuned', 1), 'postgres://u:p@h/d');
    expect(env).toMatchObject({ THREADS: '3', REUSE_PORT: '1', PREPARED_STATEMENTS: '1' });
    expect(environmentOf(subjectOf('django', 'default', 1), '')).not.toHaveProperty('REUSE_PORT');
  });

  it('has one replica and no limit of its own unless asked', () => {
    const subject = subjectOf('express', 'default', 1);
    expect(subject.replicas).toBe(1);
    expect(subject).not.toHaveProperty('cpus');
  });

  it.each([0, 10, 1.5])('of %s replicas is refused', (replicas) => {
    expect(() => subjectOf('express', 'default', 1, { replicas })).toThrow(/from 1 to 9/);
  });

  it.each([
    [{ replicas: 3 }, /native cannot give an app 3 replicas: use --runtime compose/],
    [{ cpus: 0.5 }, /native cannot give an app a CPU limit of 0.5/],
  ])('with what only containers have is refused elsewhere', (variation, message) => {
    expect(() => requirePlain(variation, 'native')).toThrow(message);
    expect(() => requirePlain({ replicas: 1 }, 'native')).not.toThrow();
    for (const runtime of ['compose', 'kubernetes']) {
      expect(() => requirePlain(variation, runtime)).not.toThrow();
    }
  });

  it('with another number of workers is refused where nothing is restarted', () => {
    expect(() => requireUsualWorkers({ workers: 2 }, 'attached')).toThrow(/restarts nothing/);
    expect(() => requireUsualWorkers({}, 'attached')).not.toThrow();
    expect(() => requireUsualWorkers({ workers: 2 }, 'compose')).not.toThrow();
  });

  it('has the shop of its runtime, unless asked for one of its own size', () => {
    const usual = subjectOf('django', 'default', 1);
    const large = subjectOf('django', 'default', 1, { products: 1_000_000 });
    expect(usual).not.toHaveProperty('products');
    expect(large).toEqual({ ...usual, products: 1_000_000 });
    // A subject is restarted where its label changes: on another database.
    expect(subjectLabel(large)).not.toBe(subjectLabel(usual));
  });

  it.each([
    ['compose', 'set HEADROOM_SHOP_SIZE, which all apps share'],
    ['attached', 'give all apps such a shop where they are started: of docker-compose.yml in .env'],
    ['kubernetes', 'give all apps such a shop where they are started: in kubernetes/base, '],
  ])('%s makes no shop of another size, and says who does', (runtime, remedy) => {
    expect(() => requireUsualShop({ products: 1_000_000 }, runtime)).toThrow(
      `--runtime ${runtime} cannot give an app a shop of 1,000,000 products: use --runtime native, or ${remedy}`,
    );
    expect(() => requireUsualShop({}, runtime)).not.toThrow();
    expect(() => requireUsualShop({ products: 1_000_000 }, 'native')).not.toThrow();
  });

  it.each([
    ['HEADROOM_SHOP_SIZE', '100k'],
    ['HEADROOM_LOG_LEVEL', 'debug'],
    ['HEADROOM_PLANTED_WORK_MS', '5'],
  ])('is refused where no app would get what %s says', (name, value) => {
    const given = readConfiguration({ [name]: value });
    for (const runtime of ['attached', 'kubernetes']) {
      expect(() => requireUsualSettings(given, runtime)).toThrow(
        `${name} is set, and --runtime ${runtime} gives no app a setting: unset it here`,
      );
      expect(() => requireUsualSettings(readConfiguration({}), runtime)).not.toThrow();
    }
    for (const runtime of ['native', 'compose']) {
      expect(() => requireUsualSettings(given, runtime)).not.toThrow();
    }
  });
});
