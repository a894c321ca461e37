import { describe, expect, it } from 'vitest';
import { unknownTopology } from '../native/topology';
import { subjectOf } from '../subject';
import { placementVariables, settingsOf, subjectVariables } from './settings';

const environment = { CORES: '0', PORT: '8080', METRICS_PORT: '9181' };
const services = {
  express: { cpus: 1, environment },
  django: { cpus: 1, environment: { ...environment, METRICS_PORT: '9182' } },
  postgres: { image: 'postgres:18', environment: { CORES: '0', POSTGRES_PASSWORD: 'secret' } },
  prometheus: { image: 'prometheus:3', cpus: 0.5 },
  k6: { image: 'k6:2', cpuset: '1-2', cpus: 0 },
  lab: {},
};

const cpus = unknownTopology([0, 1, 2]);

describe('docker-compose.yml', () => {
  it('says which cores the parts have, and what that compromises', () => {
    expect(settingsOf({ name: 'mine', services }, cpus).placement).toEqual({
      subject: [0],
      database: [0],
      generator: [1, 2],
      compromises: ["PostgreSQL shares the subject's core."],
    });
  });

  it('says when the generator has cores that it may not use', () => {
    const k6 = { ...services.k6, cpus: 0.5 };
    const { compromises } = settingsOf(
      { name: 'mine', services: { ...services, k6 } },
      cpus,
    ).placement;
    expect(compromises).toContain('The generator may use 0.5 of its 2 cores.');
  });

  it('names the images, those that compose builds after the project', () => {
    const { images, ports, postgresPassword } = settingsOf({ name: 'mine', services }, cpus);
    expect(images.get('postgres')).toBe('postgres:18');
    expect(images.get('django')).toBe('mine-django');
    expect(ports.get('django')).toEqual({ public: '8080', metrics: '9182' });
    expect(postgresPassword).toBe('secret');
  });

  it.each([
    ['a service is missing', { ...services, k6: undefined }, /no service k6/],
    ['a part has no cores', { ...services, postgres: { image: 'p' } }, /postgres neither CORES/],
    ['an app has no port', { ...services, django: { environment: {} } }, /django no PORT/],
  ])('is refused where %s', (_what, broken, message) => {
    expect(() => settingsOf({ name: 'mine', services: broken as typeof services }, cpus)).toThrow(
      message,
    );
  });

  it('is refused in one sentence where the shop has a size that there is not', () => {
    const database = { environment: { SHOP_SIZE: '2k' } };
    const given = { name: 'mine', services: { ...services, database } };
    expect(() => settingsOf(given, cpus)).toThrow(
      'HEADROOM_SHOP_SIZE is "2k": give one of 1k, 100k, 1m, or unset it for 1k.',
    );
  });
});

describe('what the lab leaves to the user', () => {
  it('is nothing where nothing was chosen: cores as natively', () => {
    expect(placementVariables(unknownTopology([0, 1, 2, 3]), {})).toEqual({
      HEADROOM_SUBJECT_CPUSET: '0',
      HEADROOM_SUBJECT_CPUS: '1',
      HEADROOM_DATABASE_CPUSET: '1',
      HEADROOM_DATABASE_CPUS: '1',
      HEADROOM_GENERATOR_CPUSET: '2,3',
      HEADROOM_GENERATOR_CPUS: '2',
      HEADROOM_SCREENS_CPUSET: '2,3',
    });
  });

  it('is both cores and limit of a part whose cores were chosen, and a limit that was', () => {
    const cpus = unknownTopology([0, 1]);
    const chosen = { HEADROOM_SUBJECT_CPUS: '0.5', HEADROOM_GENERATOR_CPUSET: '0' };
    expect(placementVariables(cpus, chosen)).toEqual({
      HEADROOM_SUBJECT_CPUSET: '0',
      HEADROOM_DATABASE_CPUSET: '0',
      HEADROOM_DATABASE_CPUS: '1',
      HEADROOM_SCREENS_CPUSET: '0',
    });
  });
});

describe('a subject', () => {
  it('is told to compose by variables of its own', () => {
    expect(subjectVariables(subjectOf('django', 'default', 1, { cpus: 0.5 }))).toEqual({
      HEADROOM_DJANGO_WORKERS: '3',
      HEADROOM_DJANGO_THREADS: '4',
      HEADROOM_DJANGO_POOL: '4',
      HEADROOM_KEEP_ALIVE_SECONDS: '75',
      HEADROOM_DJANGO_MIDDLEWARE: 'full',
      HEADROOM_DJANGO_PREPARED_STATEMENTS: '0',
      HEADROOM_DJANGO_REUSE_PORT: '0',
      HEADROOM_DJANGO_GC_THRESHOLD: '0',
      HEADROOM_DJANGO_KEEP_CONNECTIONS: '0',
    });
    expect(subjectVariables(subjectOf('express', 'tuned', 1))).toMatchObject({
      HEADROOM_EXPRESS_PREPARED_STATEMENTS: '1',
      HEADROOM_EXPRESS_NODE_OPTIONS: '--max-semi-space-size=32',
    });
  });
});
