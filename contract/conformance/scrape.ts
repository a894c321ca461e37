// Reading an app's metrics page, and how far its counts moved.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Labels, sumOfSamples } from '../prometheus-text';
import { type MetricsPage, parseMetricsPage } from './metrics-page';
import type { Subject } from './subjects';

export async function scrape(subject: Subject): Promise<MetricsPage> {
  const what = `${subject.app} GET ${subject.metricsUrl}`;
  const response = await fetch(subject.metricsUrl, { signal: AbortSignal.timeout(5000) });
  const text = await response.text();
  expect(response.status, `${what}: status`).toBe(200);
  expect(response.headers.get('content-type'), `${what}: header content-type`).toBe(
    'text/plain; version=0.0.4; charset=utf-8',
  );
  return parseMetricsPage(text);
}

/** Sum of the series of this name whose labels hold all of `labels`. */
export function sumOf(page: MetricsPage, name: string, labels: Labels = {}): number {
  const family = page.get(name) ?? page.get(name.replace(/_(bucket|sum|count)$/, ''));
  const samples = family?.samples.filter((sample) => sample.name === name) ?? [];
  return sumOfSamples(samples, labels);
}

export const requestCount = 'http_server_request_duration_seconds_count';
export const activeRequests = 'http_server_active_requests';
export const connectionCount = 'db_client_connection_count';

/** An app counts a request after its answer has left: how long it may take to. */
const settleMs = 5000;

/**
 * The page once nothing moves any more: no request active, no connection used, and the same counts
 * twice. Gives up after a while and returns what there is: the case then says what is wrong.
 */
export async function quietPage(subject: Subject): Promise<MetricsPage> {
  const isIdle = (page: MetricsPage) =>
    sumOf(page, activeRequests) === 0 && sumOf(page, connectionCount, { state: 'used' }) === 0;
  let last = await scrape(subject);
  for (const deadline = Date.now() + settleMs; Date.now() < deadline; ) {
    await sleep(20);
    const page = await scrape(subject);
    if (isIdle(page) && sumOf(page, requestCount) === sumOf(last, requestCount)) return page;
    last = page;
  }
  return last;
}

export type Movement = (name: string, labels?: Labels) => number;

/** How far each count moved by what was done. */
export async function movementBy(
  subject: Subject,
  action: () => Promise<unknown>,
): Promise<Movement> {
  const before = await quietPage(subject);
  await action();
  const after = await quietPage(subject);
  return (name, labels) => sumOf(after, name, labels) - sumOf(before, name, labels);
}
