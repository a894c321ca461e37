// An app's metrics page, summed over labels and over the replicas behind one name.
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { parseSample, samplesByName, sumOfSamples } from '../../contract/prometheus-text';
import { otherFamilies, requestDuration } from '../../contract/request-metrics';
import { whyNotOk } from './readiness';

/** An app that is busy answers late; one that takes longer than this is not waited for. */
const timeoutMs = 1500;

/**
 * Gives the sum of a metric over all its series, or over those that carry these labels; 0 for one
 * that no page has.
 *
 * @throws Error where a page has it in another format than Prometheus's
 */
export type Sums = (name: string, labels?: Readonly<Record<string, string>>) => number;

/** @param only names that are asked for: a whole page costs the app ten times as much */
export async function fetchSums(
  metricsUrls: readonly string[],
  only: readonly string[] = [],
): Promise<Sums> {
  const urls = (
    await Promise.all(metricsUrls.map((url) => replicaUrls(withNames(url, only))))
  ).flat();
  if (urls.length === 0) throw new Error('there is no metrics page to read');
  const pages = await Promise.all(urls.map(fetchPage));
  const sums = pages.map(sumsByName);
  return (name, labels) => sums.reduce((total, sum) => total + sum(name, labels), 0);
}

/** An app that does not know the parameter gives the whole page. */
function withNames(url: string, names: readonly string[]): string {
  const chosen = new URL(url);
  for (const name of names) chosen.searchParams.append('name[]', name);
  return chosen.href;
}

/** One URL for each address that the name stands for: a scaled service has several. */
async function replicaUrls(url: string): Promise<string[]> {
  const { hostname, protocol } = new URL(url);
  if (hostname === 'localhost' || isIP(hostname) !== 0) return [url];
  const addresses = await lookup(hostname, { all: true, family: 4 });
  // By its name where that is enough: a certificate or a virtual host is of a name.
  if (protocol === 'https:' || addresses.length === 1) return [url];
  return addresses.map(({ address }) => {
    const replica = new URL(url);
    replica.hostname = address;
    return replica.href;
  });
}

async function fetchPage(url: string): Promise<string> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, { redirect: 'error', signal });
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    return await response.text();
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new Error(`${url} did not give its whole page within ${timeoutMs / 1000} s`);
  }
}

/** Why a page is none in Prometheus's format, in words; undefined when it is one. */
export const whyNoMetrics = (url: string): Promise<string | undefined> =>
  whyNotOk(url, (page) => {
    if (page === undefined) return `${url} does not give its whole page: correct metricsPath`;
    const lines = page.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
    // One that has counted nothing so far is empty, and right.
    const [first] = lines;
    if (first === undefined || parseSample(first.trimEnd()) !== undefined) return undefined;
    const isHtml = /^\s*<(!doctype|html|head|body)/i.test(page);
    const what = isHtml ? 'is HTML' : `begins with "${first.slice(0, longestQuote)}"`;
    return `${url} ${what}, which is not Prometheus's text format: correct metricsPath, or leave it out`;
  });

const longestQuote = 80;

/** As often as Prometheus asks (prometheus/prometheus.yml). */
const scrapeEveryMs = 2000;

/** For one arm that Prometheus does not know: what it costs the other, it must cost this one. */
export const scrapeOften = (metricsUrls: readonly string[]): NodeJS.Timeout =>
  setInterval(() => {
    // A page that does not come shows in nothing that is measured here.
    for (const url of metricsUrls) void fetchPage(url).catch(() => undefined);
  }, scrapeEveryMs);

/** Sums the series of a page in Prometheus's text format. */
export function sumsByName(page: string): Sums {
  const samples = samplesByName(page);
  return (name, labels) => sumOfSamples(samples(name), labels);
}

/** Number and seconds of requests, by whatever name: of two subjects each may have another library's. */
export const sumOfRequests = (sum: Sums, part: 'count' | 'sum'): number =>
  [requestDuration, ...otherFamilies.map(({ name }) => name)].reduce(
    (total, name) => total + sum(`${name}_${part}`),
    0,
  );
