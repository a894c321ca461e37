// What the service `database` of docker-compose.yml runs to its end before the subjects start. Its
// environment says where the server is (PGHOST, PGUSER, PGPASSWORD), and what the databases are to be.
import { labVariables } from '../../configuration/variables';
import { usageError } from '../../errors';
import { Databases } from '../databases';

function required(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw usageError(`${name} is not set: docker-compose.yml gives it to the service database.`);
}

async function main(): Promise<void> {
  const server = {
    host: required('PGHOST'),
    port: 5432,
    user: required('PGUSER'),
    password: required('PGPASSWORD'),
  };
  const { kind, default: usual } = labVariables.shopSize;
  const size = kind.schema.parse(process.env.SHOP_SIZE || usual);
  await Databases.prepareForGood(server, required('APP_PASSWORD'), size, console.log);
  console.log('databases are ready');
}

main().catch((error: Error & { exitCode?: number }) => {
  console.error(error.message);
  process.exitCode = error.exitCode ?? 1;
});
