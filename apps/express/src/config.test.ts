import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from './config';

const required = {
  DATABASE_URL: 'postgres://app:secret@127.0.0.1:5432/express',
  PORT: '8081',
  METRICS_PORT: '9081',
  SESSION_SECRET: 'fifty-characters-or-more-that-nobody-else-has-seen',
};

describe('the environment', () => {
  test('needs four variables and has the defaults of the contract for the rest', () => {
    expect(readConfig(required)).toEqual({
      databaseUrl: required.DATABASE_URL,
      host: '127.0.0.1',
      port: 8081,
      metricsPort: 9081,
      allowedHosts: ['127.0.0.1', 'localhost'],
      workers: 1,
      poolSize: 4,
      poolTimeoutSeconds: 2,
      keepAliveSeconds: 75,
      clientTimeoutSeconds: 10,
      shutdownSeconds: 10,
      sessionSecret: required.SESSION_SECRET,
      logLevel: 'info',
      cgroupMetrics: false,
      preparedStatements: false,
      middleware: 'full',
      plantedWorkMs: 0,
    });
  });

  test('takes host names in any case, with spaces around them', () => {
    const { allowedHosts } = readConfig({ ...required, ALLOWED_HOSTS: 'App.example , [::1]' });
    expect(allowedHosts).toEqual(['app.example', '[::1]']);
  });

  test.each([
    ['PORT', undefined, 'PORT is not set: give a whole number from 1 to 65535.'],
    ['PORT', '', 'PORT is "": give a whole number from 1 to 65535.'],
    ['PORT', '0', 'PORT is "0": give a whole number from 1 to 65535.'],
    ['PORT', '65536', 'PORT is "65536": give a whole number from 1 to 65535.'],
    ['PORT', '80.5', 'PORT is "80.5": give a whole number from 1 to 65535.'],
    ['PORT', '0x50', 'PORT is "0x50": give a whole number from 1 to 65535.'],
    [
      'SESSION_SECRET',
      undefined,
      'SESSION_SECRET is not set: give 50 characters or more, such as of `openssl rand -base64 48`.',
    ],
    ['METRICS_PORT', '8081', 'METRICS_PORT is "8081": give a port of its own, other than PORT.'],
    ['WORKERS', 'many', 'WORKERS is "many": give a whole number from 1 to 1024.'],
    ['POOL_SIZE', '-1', 'POOL_SIZE is "-1": give a whole number from 1 to 1000.'],
    ['HOST', 'a b', 'HOST is "a b": give one address, such as 127.0.0.1.'],
    ['LOG_LEVEL', 'loud', 'LOG_LEVEL is "loud": give debug, info, warn or error.'],
    ['CGROUP_METRICS', 'yes', 'CGROUP_METRICS is "yes": give 0 or 1.'],
    [
      'CLIENT_TIMEOUT_SECONDS',
      '0',
      'CLIENT_TIMEOUT_SECONDS is "0": give a whole number from 1 to 3600.',
    ],
    ['PREPARED_STATEMENTS', 'on', 'PREPARED_STATEMENTS is "on": give 0 or 1.'],
    ['MIDDLEWARE', '', 'MIDDLEWARE is "": give full or none.'],
    ['PLANTED_WORK_MS', '101', 'PLANTED_WORK_MS is "101": give a whole number from 0 to 100.'],
    [
      'ALLOWED_HOSTS',
      'a,,b',
      'ALLOWED_HOSTS is "a,,b": give names separated by commas, such as 127.0.0.1,localhost.',
    ],
    [
      'DATABASE_URL',
      undefined,
      'DATABASE_URL is not set: give postgres://user:password@host:port/database.',
    ],
  ])('%s=%s is refused by a sentence that names it', (name, value, sentence) => {
    expect(() => readConfig({ ...required, [name]: value })).toThrow(new ConfigError(sentence));
  });

  test.each([
    'mysql://app:secret@host/db',
    'postgres://host',
    'secret',
    'postgres://a:secret@h:x/d',
  ])('a malformed DATABASE_URL (%s) is not repeated, for it may hold a password', (url) => {
    expect(() => readConfig({ ...required, DATABASE_URL: url })).toThrow(
      new ConfigError(
        'DATABASE_URL is malformed: give postgres://user:password@host:port/database.',
      ),
    );
  });

  test('every wrong variable is named at once', () => {
    expect(() => readConfig({})).toThrow(/DATABASE_URL.*\nPORT.*\nMETRICS_PORT/);
  });
});
