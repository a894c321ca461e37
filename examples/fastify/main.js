// A small shop of a hundred items, as the tutorial of Fastify would write it.
import Fastify from 'fastify';
import { collectDefaultMetrics, Histogram, register } from 'prom-client';

const fastify = Fastify();

collectDefaultMetrics();
const duration = new Histogram({
  name: 'http_request_duration_seconds',
  help: 'Duration of HTTP requests in seconds',
  labelNames: ['method', 'route', 'status_code'],
});
fastify.addHook('onResponse', async (request, reply) => {
  const { method, routeOptions } = request;
  const labels = { method, route: routeOptions.url, status_code: reply.statusCode };
  duration.observe(labels, reply.elapsedTime / 1000);
});
fastify.get('/metrics', async (_request, reply) => {
  reply.type(register.contentType);
  return register.metrics();
});

const items = new Map();
for (let id = 1; id <= 100; id += 1) items.set(id, { id, name: `Item ${id}`, price: id * 1.5 });

fastify.get('/items/:id', async (request, reply) => {
  const item = items.get(Number(request.params.id));
  return item ?? reply.code(404).send({ detail: 'Item not found' });
});

await fastify.listen({ port: Number(process.env.PORT ?? 8001) });
