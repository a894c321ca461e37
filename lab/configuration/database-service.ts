// What docker-compose.yml gives its service `database`: where the server is, and what the databases are to be.
import { usageError } from '../errors';
import { valueIn } from './configuration';
import type { Environment } from './environment';
import { labVariables } from './variables';

/** @throws LabError (exit 2) naming the variable and the remedy */
export function readDatabaseService(env: Environment = process.env) {
  const required = (name: string): string => {
    const value = env[name];
    if (value) return value;
    throw usageError(`${name} is not set: docker-compose.yml gives it to the service database.`);
  };
  return {
    server: {
      host: required('PGHOST'),
      port: 5432,
      user: required('PGUSER'),
      password: required('PGPASSWORD'),
    },
    passwords: { app: required('APP_PASSWORD'), lab: required('LAB_PASSWORD') },
    shopSize: shopSizeIn(env.SHOP_SIZE),
  };
}

/**
 * The service's SHOP_SIZE, which a person sets as HEADROOM_SHOP_SIZE.
 *
 * @throws LabError (exit 2) that names it so
 */
export const shopSizeIn = (text: string | null | undefined) =>
  valueIn(labVariables.shopSize, { [labVariables.shopSize.name]: text ?? undefined });
