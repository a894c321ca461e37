// Every port of the lab, on 127.0.0.1; HEADROOM_<NAME>_PORT changes one.
import { usageError } from '../errors';

const defaults = {
  express: 8081,
  expressMetrics: 9181,
  django: 8082,
  djangoMetrics: 9182,
  postgres: 54318,
  prometheus: 9090,
  exporter: 9190,
  live: 3100,
  k6: 6565,
};

export type PortName = keyof typeof defaults;

/** HEADROOM_EXPRESS_METRICS_PORT for `expressMetrics`. */
export const portVariable = (name: PortName): string =>
  `HEADROOM_${name.replace(/[A-Z]/g, '_$&').toUpperCase()}_PORT`;

export function readPorts(env: NodeJS.ProcessEnv): Record<PortName, number> {
  const ports = { ...defaults };
  for (const name of Object.keys(defaults) as PortName[]) {
    const given = env[portVariable(name)];
    if (given === undefined || given === '') continue;
    const port = Number(given);
    if (!Number.isInteger(port) || port < 1 || port > 65535) {
      throw usageError(
        `${portVariable(name)} is "${given}": give a port from 1 to 65535, or unset it for ${defaults[name]}.`,
      );
    }
    ports[name] = port;
  }
  return ports;
}

export const ports = readPorts(process.env);
