// What the service `database` of docker-compose.yml runs to its end before the subjects start.
import { readDatabaseService } from '../../configuration/database-service';
import { Databases } from '../databases';

async function main(): Promise<void> {
  const { server, passwords, shopSize } = readDatabaseService();
  await Databases.prepareForGood(server, passwords, shopSize, console.log);
  console.log('databases are ready');
}

main().catch((error: Error & { exitCode?: number }) => {
  console.error(error.message);
  process.exitCode = error.exitCode ?? 1;
});
