// Removes what is over: sessions that have expired, login attempts whose window has ended. A command,
// `node dist/cleanup.js`, to be run daily: a timer in each worker could go off while it is measured.
import { promisify } from 'node:util';
import connectPgSimple from 'connect-pg-simple';
import session from 'express-session';
import { sql } from 'kysely';
import { Pool } from 'pg';
import { readConfig } from './config';
import { createDatabase } from './database';

async function cleanUp(): Promise<void> {
  const pool = new Pool({ connectionString: readConfig(process.env).databaseUrl, max: 1 });
  const PgStore = connectPgSimple(session);
  const store = new PgStore({ pool, pruneSessionInterval: false });
  const database = createDatabase(pool);
  try {
    await promisify(store.pruneSessions.bind(store))();
    await database
      .deleteFrom('login_attempt')
      .where('window_ends_at', '<', sql<Date>`now()`)
      .execute();
  } finally {
    await database.destroy();
  }
}

cleanUp().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
