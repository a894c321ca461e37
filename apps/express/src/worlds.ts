// Reads and writes TechEmpower's world, as its rules want it: each row by a statement of its own.
import { type Kysely, sql } from 'kysely';
import type { Database } from './database';
import { DatabaseUnavailable } from './database-errors';

const WORLD_ROWS = 10_000;
/** To write rows back: a deadlock is rare, and one after another hardly happens. */
const MOST_ATTEMPTS = 3;

export interface World {
  id: number;
  randomNumber: number;
}

export function readWorld(database: Kysely<Database>, id = randomNumber()): Promise<World> {
  return database
    .selectFrom('world')
    .select(['id', 'random_number as randomNumber'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}

/** Reads on one connection, taken once: a request cannot time out between its statements. */
export function readWorlds(database: Kysely<Database>, count: number): Promise<World[]> {
  return database.connection().execute(async (connection) => {
    const worlds: World[] = [];
    for (let n = 0; n < count; n += 1) worlds.push(await readWorld(connection));
    return worlds;
  });
}

/** Gives `count` distinct rows a fresh number each, and returns what the database now holds. */
export function updateWorlds(database: Kysely<Database>, count: number): Promise<World[]> {
  return database.connection().execute(async (connection) => {
    const worlds: World[] = [];
    for (const id of distinctIds(count)) {
      const world = await readWorld(connection, id);
      worlds.push({ ...world, randomNumber: randomNumber() });
    }
    await writeBack(connection, worlds);
    return worlds;
  });
}

/**
 * All rows by one statement, which reads none of them again. The order in which it locks them is its
 * plan's: mostly that of the ids, but for many rows PostgreSQL scans the table instead. Of two
 * requests that then wait for each other it ends one, whose turn is another.
 */
async function writeBack(database: Kysely<Database>, worlds: World[], attempt = 1): Promise<void> {
  const ids = worlds.map((world) => world.id);
  const numbers = worlds.map((world) => world.randomNumber);
  try {
    await sql`
      update world set random_number = new.random_number
      from unnest(${ids}::int[], ${numbers}::int[]) as new (id, random_number)
      where world.id = new.id
    `.execute(database);
  } catch (error) {
    const isDeadlock = error instanceof DatabaseUnavailable && error.isDeadlock;
    if (attempt === MOST_ATTEMPTS || !isDeadlock) throw error;
    await writeBack(database, worlds, attempt + 1);
  }
}

/** The whole table, read by one statement when first asked for and never again. */
export class WorldCache {
  #filling: Promise<Map<number, World>> | undefined;

  constructor(readonly database: Kysely<Database>) {}

  async pick(count: number): Promise<World[]> {
    this.#filling ??= this.#fill();
    const worlds = await this.#filling;
    return Array.from({ length: count }, () => worlds.get(randomNumber()) as World);
  }

  async #fill(): Promise<Map<number, World>> {
    try {
      const worlds = await this.database
        .selectFrom('world')
        .select(['id', 'random_number as randomNumber'])
        .execute();
      return new Map(worlds.map((world) => [world.id, world]));
    } catch (error) {
      this.#filling = undefined;
      throw error;
    }
  }
}

/** Ids and their numbers share one range, by TechEmpower's rules. */
function randomNumber(): number {
  return 1 + Math.floor(Math.random() * WORLD_ROWS);
}

function distinctIds(count: number): number[] {
  const ids = new Set<number>();
  while (ids.size < count) ids.add(randomNumber());
  return [...ids].sort((a, b) => a - b);
}
