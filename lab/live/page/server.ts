// Bundles and serves the live page, its stream, and the reports of runs that have ended. On loopback, unless
// HEADROOM_LIVE_HOST says otherwise.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { apps } from '../../../contract/apps';
import { dashboards } from '../../../grafana/src/catalogue';
import { rootDir } from '../../paths';
import { listRunIds } from '../../results/run-folder';
import { listenOrExplain } from '../../runtime/ports';
import { latestRun, newlyEnded } from '../latest-run';
import { defaultWindow, windows } from './messages';
import { renderRunbook } from './runbook';
import { Viewers } from './viewers';

export type LivePage = {
  readonly url: string;
  /** Where the panels' figures come from, once it is known. */
  watch(prometheusUrl: string): void;
  /** Shows the answer of a run that has ended. Undefined: another run begins. */
  tellEnded(run: string | undefined): void;
  [Symbol.asyncDispose](): Promise<void>;
};

/** The page is its own script, style and stream, and nothing else. */
const pageHeaders = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-cache',
};

let bundling: Promise<Bundle> | undefined;

export async function serveLivePage(options: {
  host: string;
  port: number;
  resultsDir: string;
}): Promise<LivePage> {
  const { host, port, resultsDir } = options;
  // Begun before anybody asks, and once: it takes a core for half a second, which no measurement should pay.
  bundling ??= bundlePage();
  const bundled = bundling;
  // Who asks for the page is told.
  bundled.catch(() => undefined);
  const viewers = new Viewers(newlyEnded(resultsDir));
  viewers.tellEnded(latestRun(resultsDir));
  const server = createServer((request, response) => {
    void bundled
      .then((bundle) => answer(request, response, { host, bundle, viewers, resultsDir }))
      .catch((error: Error) => refuse(response, 500, error.message));
  });
  await listenOrExplain(server, 'live', host, port);
  return {
    url: `http://${reachedAs(host)}:${port}`,
    watch: (prometheusUrl) => viewers.watch(prometheusUrl),
    tellEnded: (run) => viewers.tellEnded(run === undefined ? null : latestRun(resultsDir, run)),
    [Symbol.asyncDispose]: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Where it listens on all addresses, loopback is one of them; IPv6 stands in brackets. */
function reachedAs(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return isIP(host) === 6 ? `[${host}]` : host;
}

type Served = { host: string; bundle: Bundle; viewers: Viewers; resultsDir: string };

async function answer(request: IncomingMessage, response: ServerResponse, served: Served) {
  // Such as of `//` and `http://[`: no path that anything is served at.
  const { pathname, searchParams } =
    URL.parse(request.url ?? '/', 'http://live') ?? new URL('http://live/no-such-path');
  const asset = served.bundle.assets.get(pathname);
  const run = /^\/reports\/([\w-]+)$/.exec(pathname)?.[1];
  if (!isOurs(request.headers.host, served.host)) {
    refuse(response, 403, 'Open the live page by its address, or as localhost.');
  } else if (request.method !== 'GET') {
    refuse(response, 405, 'GET is all that is served here.', { Allow: 'GET' });
  } else if (asset) {
    response.writeHead(200, { ...pageHeaders, 'Content-Type': asset.type }).end(asset.body);
  } else if (pathname === '/stream') {
    await stream(response, searchParams, served);
  } else if (run !== undefined) {
    report(response, run, served.resultsDir);
  } else {
    refuse(response, 404, 'The live page is at /.');
  }
}

/** Another site may let its own name stand for this address (DNS rebinding), and read what it likes. */
function isOurs(header: string | undefined, host: string): boolean {
  const name = URL.parse(`http://${header}`)?.hostname ?? '';
  return (
    name === 'localhost' || name === host.toLowerCase() || isIP(name.replace(/^\[|\]$/g, '')) !== 0
  );
}

async function stream(
  response: ServerResponse,
  asked: URLSearchParams,
  { bundle, viewers }: Served,
): Promise<void> {
  const dashboard = dashboards.find(({ uid }) => uid === asked.get('dashboard'));
  const seconds = Number(asked.get('seconds'));
  const windowSeconds = windows.find((known) => known === seconds) ?? defaultWindow;
  if (dashboard === undefined) {
    const known = dashboards.map(({ uid }) => uid).join(', ');
    refuse(response, 404, `There is no such dashboard: choose ${known}.`);
  } else if (viewers.isFull) {
    refuse(response, 503, 'Too many browsers look at this page.');
  } else {
    await viewers.serve(response, { build: bundle.build, dashboard, windowSeconds });
  }
}

/** Its own policy stands in the file: it is one page with its style inside. */
function report(response: ServerResponse, run: string, resultsDir: string): void {
  const file = join(resultsDir, run, 'report.html');
  if (listRunIds(resultsDir).includes(run) && existsSync(file)) {
    response
      .writeHead(200, {
        'Content-Type': 'text/html; charset=utf-8',
        'X-Content-Type-Options': 'nosniff',
        'Cache-Control': 'no-cache',
      })
      .end(readFileSync(file));
  } else {
    refuse(response, 404, `There is no report of a run ${run}.`);
  }
}

function refuse(
  response: ServerResponse,
  status: number,
  reason: string,
  headers: Record<string, string> = {},
): void {
  if (!response.headersSent) {
    response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', ...headers });
  }
  response.end(`${reason}\n`);
}

type Asset = { type: string; body: string };
type Bundle = {
  /** Changes when anything of the page does. */
  build: string;
  /** By path. */
  assets: ReadonlyMap<string, Asset>;
};

const browserDir = join(__dirname, 'browser');

/** Made of TypeScript and ECharts in this clone: nothing comes from afar, and nothing made lies about. */
async function bundlePage(): Promise<Bundle> {
  const [script, style, html] = await Promise.all([
    bundleScript(),
    readStyle(),
    readFile(join(browserDir, 'index.html'), 'utf8'),
  ]);
  const hash = createHash('sha256').update(script).update(style).update(html);
  return {
    build: hash.digest('hex').slice(0, 12),
    assets: new Map([
      ['/runbook', { type: 'text/html; charset=utf-8', body: renderRunbook() }],
      ['/', { type: 'text/html; charset=utf-8', body: html }],
      ['/page.js', { type: 'text/javascript; charset=utf-8', body: script }],
      ['/page.css', { type: 'text/css; charset=utf-8', body: style }],
    ]),
  };
}

async function readStyle(): Promise<string> {
  const files = [join(rootDir, 'lab/render/base.css'), join(browserDir, 'page.css')];
  return (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n');
}

/** The page cannot read the app.json files: it is given what it needs of them. */
const appsInside: Plugin = {
  name: 'apps',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/contract\/apps$/ }, () => ({ path: 'apps', namespace: 'apps' }));
    onLoad({ filter: /.*/, namespace: 'apps' }, () => ({
      contents: `export const apps = ${JSON.stringify(apps.map(({ name, title, colour, serves, runtime }) => ({ name, title, colour, serves, runtime })))}`,
    }));
  },
};

async function bundleScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(browserDir, 'main.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    minify: true,
    plugins: [appsInside],
    legalComments: 'none',
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}
