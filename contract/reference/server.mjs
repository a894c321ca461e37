// The server that nights measure an app against where no revision of the app can be built. It answers the
// workloads of the part `micro` without a database, and does the same work for each request. Whatever is
// changed here, blanks included, makes another yardstick: its history begins again.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

const { HOST = '127.0.0.1', PORT = '8070', METRICS_PORT = '9170' } = process.env;
const startedAtSeconds = Date.now() / 1000;

/** Some tenths of a millisecond of what web apps do: objects, sorting, text and a digest. */
function work() {
  const rows = Array.from({ length: 120 }, (_, id) => ({ id, key: (id * 7919) % 1009 }));
  for (let round = 0; round < 4; round += 1) {
    JSON.parse(JSON.stringify(rows)).sort((a, b) => a.key - b.key);
  }
  const page = rows.map(({ id, key }) => `<td>${id}</td><td>${key}</td>`).join('');
  return createHash('sha256').update(page).digest('hex');
}

const added = 'Additional fortune added at request time.';
const fortunes = [added, ...'BCDEFGHIJKLM']
  .map((text, id) => `<tr><td>${id}</td><td>${text}</td></tr>`)
  .join('');
const worlds = (count) => Array.from({ length: count }, () => ({ id: 1, randomNumber: 1 }));
const json = 'application/json';

/** By path: the type of the answer, and the answer. */
const routes = {
  '/readyz': ['text/plain', () => 'ready'],
  '/plaintext': ['text/plain', () => 'Hello, World!'],
  '/json': [json, () => JSON.stringify({ message: 'Hello, World!' })],
  '/db': [json, () => JSON.stringify(worlds(1)[0])],
  '/queries': [json, (count) => JSON.stringify(worlds(count))],
  '/updates': [json, (count) => JSON.stringify(worlds(count))],
  '/fortunes': ['text/html; charset=utf-8', () => `<table>${fortunes}</table>`],
};

const app = createServer((request, response) => {
  const { url = '/' } = request;
  if (!URL.canParse(url, 'http://reference')) {
    response.writeHead(400).end();
    return;
  }
  const { pathname, searchParams } = new URL(url, 'http://reference');
  const [type, answer] = routes[pathname] ?? [];
  const digest = work();
  if (answer === undefined) {
    response.writeHead(404).end();
    return;
  }
  const count = Number(searchParams.get('count') ?? 1) || 1;
  const body = answer(Math.min(Math.max(count, 1), 500));
  response.writeHead(200, { 'Content-Type': type, ETag: `"${digest}"` }).end(body);
});

const metrics = createServer((_request, response) => {
  const { user, system } = process.cpuUsage();
  response
    .writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4' })
    .end(
      [
        '# TYPE process_cpu_seconds_total counter',
        `process_cpu_seconds_total ${(user + system) / 1e6}`,
        '# TYPE process_start_time_seconds gauge',
        `process_start_time_seconds ${startedAtSeconds}`,
        '# TYPE process_resident_memory_bytes gauge',
        `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
        '',
      ].join('\n'),
    );
});

app.keepAliveTimeout = 75_000;
app.listen(Number(PORT), HOST);
metrics.listen(Number(METRICS_PORT), HOST);
process.on('SIGTERM', () => {
  for (const server of [app, metrics]) {
    server.close();
    server.closeAllConnections();
  }
});
