// An app's metrics page, summed over labels and over the replicas behind one name.
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

/** An app that is busy answers late; one that takes longer than this is not waited for. */
const timeoutMs = 1500;

/** Gives the sum of a metric over all its series; 0 for one that no page has. */
export type Sums = (name: string) => number;

export async function fetchSums(metricsUrls: readonly string[]): Promise<Sums> {
  const urls = (await Promise.all(metricsUrls.map(replicaUrls))).flat();
  if (urls.length === 0) throw new Error('there is no metrics page to read');
  const pages = await Promise.all(urls.map(fetchPage));
  const sums = pages.map(sumsByName);
  return (name) => sums.reduce((total, sum) => total + sum(name), 0);
}

/** One URL for each address that the name stands for: a scaled service has several. */
async function replicaUrls(url: string): Promise<string[]> {
  const { hostname } = new URL(url);
  if (hostname === 'localhost' || isIP(hostname) !== 0) return [url];
  const addresses = await lookup(hostname, { all: true, family: 4 });
  return addresses.map(({ address }) => {
    const replica = new URL(url);
    replica.hostname = address;
    return replica.href;
  });
}

async function fetchPage(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.text();
}

/** Sums each series of a page in Prometheus's text format over its labels. */
export function sumsByName(page: string): Sums {
  const sums = new Map<string, number>();
  for (const [, name = '', value] of page.matchAll(/^([a-z_]\w*)(?:\{.*\})? (\S+)/gim)) {
    sums.set(name, (sums.get(name) ?? 0) + Number(value));
  }
  return (name) => sums.get(name) ?? 0;
}
