// An Express entry as TechEmpower's rules have one (full ORM, one server process a core, nothing
// measured, nothing checked), with Sequelize. Written from the rules, with the frameworks' defaults.
import cluster from 'node:cluster';
import { join } from 'node:path';
import { Eta } from 'eta';
import express from 'express';
import { DataTypes, Model, Sequelize } from 'sequelize';

const { DATABASE_URL = '', PORT, WORKERS, POOL_SIZE, KEEP_ALIVE_SECONDS } = process.env;
const worldRows = 10_000;
const mostRows = 500;

const sequelize = new Sequelize(DATABASE_URL, {
  logging: false,
  pool: { max: Number(POOL_SIZE), min: Number(POOL_SIZE) },
});

class World extends Model {
  declare id: number;
  declare randomNumber: number;
}
World.init(
  {
    id: { type: DataTypes.INTEGER, primaryKey: true },
    randomNumber: { type: DataTypes.INTEGER, field: 'random_number' },
  },
  { sequelize, tableName: 'world', timestamps: false },
);

class Fortune extends Model {
  declare id: number;
  declare message: string;
}
Fortune.init(
  { id: { type: DataTypes.INTEGER, primaryKey: true }, message: DataTypes.TEXT },
  { sequelize, tableName: 'fortune', timestamps: false },
);

const randomNumber = (): number => 1 + Math.floor(Math.random() * worldRows);

async function readWorld(id = randomNumber()): Promise<World> {
  const world = await World.findByPk(id);
  if (world === null) throw new Error(`there is no world ${id}`);
  return world;
}

/** Between 1 and 500, and 1 for what is no number. */
const countOf = (value: unknown): number =>
  Math.min(Math.max(Number.parseInt(String(value), 10) || 1, 1), mostRows);

function distinctIds(count: number): number[] {
  const ids = new Set<number>();
  while (ids.size < count) ids.add(randomNumber());
  return [...ids].sort((a, b) => a - b);
}

function serve(): void {
  const app = express();
  const eta = new Eta({ views: join(__dirname, 'views'), cache: true });

  app.use((_req, res, next) => {
    res.set('Server', 'Express'); // Every answer must name its server.
    next();
  });

  app.get('/plaintext', (_req, res) => {
    res.type('text/plain').send('Hello, World!');
  });
  app.get('/json', (_req, res) => {
    res.json({ message: 'Hello, World!' });
  });
  app.get('/db', async (_req, res) => {
    res.json(await readWorld());
  });
  app.get('/queries', async (req, res) => {
    const count = countOf(req.query.count);
    res.json(await Promise.all(Array.from({ length: count }, () => readWorld())));
  });
  app.get('/updates', async (req, res) => {
    const worlds = await Promise.all(distinctIds(countOf(req.query.count)).map(readWorld));
    for (const world of worlds) world.randomNumber = randomNumber();
    // The rules allow one statement for all rows, in the order of their ids: no deadlocks.
    await World.bulkCreate(
      worlds.map(({ id, randomNumber }) => ({ id, randomNumber })),
      { updateOnDuplicate: ['randomNumber'] },
    );
    res.json(worlds);
  });
  app.get('/fortunes', async (_req, res) => {
    const fortunes = await Fortune.findAll();
    fortunes.push(Fortune.build({ id: 0, message: 'Additional fortune added at request time.' }));
    fortunes.sort((a, b) => (a.message < b.message ? -1 : 1));
    res.type('html').send(eta.render('fortunes', { fortunes }));
  });

  const server = app.listen(Number(PORT), '127.0.0.1');
  server.keepAliveTimeout = Number(KEEP_ALIVE_SECONDS) * 1_000;
}

if (cluster.isPrimary) {
  for (let worker = 0; worker < Number(WORKERS); worker += 1) cluster.fork();
} else {
  serve();
}
