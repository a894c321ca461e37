// A tiny app in memory that does right what a few cases ask, so that mutants.test.ts can make it
// do wrong. It stands in for no app in any other test.

import { createServer, type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { appNamed, appNames } from '../apps';
import { prefersHtml } from './orderly';
import type { Subject } from './subjects';

export type Answer = { status: number; headers: Record<string, string>; body: string };

/** Spoils a right answer. */
export type Mutation = (answer: Answer, request: IncomingMessage) => void | Promise<void>;

const commonHeaders = {
  Server: appNamed(appNames[0] ?? '').behaviour.serverHeader ?? '',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
};

export async function withModelApp(
  mutate: Mutation,
  work: (subject: Subject) => Promise<void>,
): Promise<void> {
  const server = createServer(async (request, response) => {
    const answer = await answerTo(request);
    Object.assign(answer.headers, { 'Content-Length': Buffer.byteLength(answer.body) });
    await mutate(answer, request);
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  const { port } = await listening(server);
  try {
    const baseUrl = `http://127.0.0.1:${port}`;
    await work({ app: appNames[0] ?? '', baseUrl, metricsUrl: `${baseUrl}/metrics` });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function answerTo(request: IncomingMessage): Promise<Answer> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://model');
  const known = ['/plaintext', '/json', '/healthz', '/queries', '/wait'].includes(pathname);
  if (!known) return problem(request, 404, { detail: `Nothing is at ${pathname}.` });
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    const refused = problem(request, 405, { detail: 'This path takes GET.' });
    return { ...refused, headers: { ...refused.headers, Allow: 'GET, HEAD' } };
  }
  if (pathname === '/json') return json({ message: 'Hello, World!' });
  if (pathname === '/healthz') return json({ status: 'ok' });
  if (pathname === '/plaintext') return plaintext();
  if (pathname === '/queries') {
    const written = searchParams.getAll('count').at(-1) ?? '';
    const asked = /^-?[0-9]+$/.test(written) ? Number(written) : 1;
    const worlds = Array.from({ length: Math.min(Math.max(asked, 1), 500) }, () => ({
      id: 1 + Math.floor(Math.random() * 10_000),
      randomNumber: 1,
    }));
    return json(worlds);
  }
  const written = searchParams.get('ms') ?? '';
  if (!/^[0-9]{1,5}$/.test(written) || Number(written) > 10_000) {
    return problem(request, 400, { detail: 'ms: expected 0 to 10000.', field: 'ms' });
  }
  await sleep(Number(written) + 1);
  return json({ ms: Number(written) });
}

const plaintext = (): Answer => ({
  status: 200,
  headers: { ...commonHeaders, 'Content-Type': 'text/plain' },
  body: 'Hello, World!',
});

const json = (value: unknown): Answer => ({
  status: 200,
  headers: { ...commonHeaders, 'Content-Type': 'application/json' },
  body: JSON.stringify(value),
});

function problem(
  request: IncomingMessage,
  status: number,
  more: { detail: string; field?: string },
): Answer {
  const title = STATUS_CODES[status] ?? '';
  if (!prefersHtml(request.headers.accept ?? '')) {
    const answer = json({ type: 'about:blank', title, status, ...more });
    answer.headers['Content-Type'] = 'application/problem+json';
    return { ...answer, status };
  }
  const detail = more.detail.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return {
    status,
    headers: { ...commonHeaders, 'Content-Type': 'text/html; charset=utf-8' },
    body: `<!DOCTYPE html><html lang="en"><title>${title}</title><h1>${title}</h1><p>${detail}</p>`,
  };
}

function listening(server: Server): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      resolve(server.address() as AddressInfo);
    });
  });
}
