import { describe, expect, test } from 'vitest';
import refusedSettings from '../../../contract/refused-settings.json';
import { ConfigError, readConfig } from './config';

/** contract/refused-settings.json: what both apps refuse, in the same words. */
type RefusedSetting = { name: string; value: string; expected: string; secret?: boolean };

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
      trustProxy: false,
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

  test.each(['DATABASE_URL', 'PORT', 'METRICS_PORT', 'SESSION_SECRET'])(
    '%s has to be set',
    (name) => {
      expect(() => readConfig({ ...required, [name]: undefined })).toThrow(`${name} is not set: `);
    },
  );

  test.each(refusedSettings)('$name="$value" is refused: $why', (setting) => {
    const { name, value, expected, secret } = setting as RefusedSetting;
    const given = secret ? 'malformed' : JSON.stringify(value);
    expect(() => readConfig({ ...required, [name]: value })).toThrow(
      new ConfigError(`${name} is ${given}: give ${expected}.`),
    );
  });

  test('a wait for a connection may be a fraction of a second', () => {
    const { poolTimeoutSeconds } = readConfig({ ...required, POOL_TIMEOUT_SECONDS: '0.5' });
    expect(poolTimeoutSeconds).toBe(0.5);
  });

  test('every wrong variable is named at once', () => {
    expect(() => readConfig({})).toThrow(/DATABASE_URL.*\nPORT.*\nMETRICS_PORT/);
  });
});
