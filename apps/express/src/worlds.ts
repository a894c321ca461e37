// Reads and writes TechEmpower's world, as its rules want it: each row by a statement of its own.
import { type Kysely, sql } from 'kysely';
import type { Database } from './database';

const WORLD_ROWS = 10_000;

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
    const ids = worlds.map((world) => world.id);
    const numbers = worlds.map((world) => world.randomNumber);
    // The rows are locked in the order of their ids before any is written. Sorted values alone do
    // not give that order: for some counts the planner scans the table and joins by hash, and two
    // requests that write the same rows in different orders deadlock.
    await sql`
      update world set random_number = new.random_number
      from unnest(${ids}::int[], ${numbers}::int[]) as new (id, random_number)
      join (select id from world where id = any(${ids}::int[]) order by id for update) as locked
        using (id)
      where world.id = new.id
    `.execute(connection);
    return worlds;
  });
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
