// How a subject comes up on this machine: as a process of the lab's, as a service of a compose file of its
// own, or because somebody else keeps it up.
import { execa } from 'execa';
import type { App } from '../../../contract/app';
import { isOnLoopback } from '../../../k6/lib/guard';
import { passedTo } from '../../configuration/environment';
import { metricsPortName } from '../../configuration/variables';
import { andThen, environmentError, Interrupted, usageError } from '../../errors';
import { listenersOn } from '../../proc';
import { requireAllowed } from '../allowed-hosts';
import { endpointOf, programOf, shutdownSeconds } from '../apps';
import { whyNoMetrics } from '../metrics-page';
import { type AppPorts, portIn, requireFreePort } from '../ports';
import { firstProblem, untilReady, whyNotOk } from '../readiness';
import { appOf } from '../revisions/app';
import type { Endpoint } from '../runtime';
import type { Subject } from '../subject';
import { compose, servicesThere, takeDown } from './compose-service';
import { type Child, describeEnding, lastLineOf, type Processes } from './processes';

/** Of what somebody else keeps up: it is there, or it is not. */
const attachSeconds = 3;

type Start = {
  processes: Processes;
  subject: Subject;
  /** Of its process, or of an arm's. */
  name: string;
  at: AppPorts;
  /** Empty where it gets no database of the lab's. */
  databaseUrl: string;
  cpus: readonly number[];
  /** Ends the wait for it. */
  signal: AbortSignal | undefined;
};

/** A subject that is up, or about to be. */
export type Up = {
  endpoint: Endpoint;
  /** Where the lab started it itself. */
  child?: Child;
  /** Roots of its processes, once it is ready; none where they are not to be seen. */
  roots: () => readonly number[];
  /** @throws LabError saying why it does not get ready */
  ready(): Promise<void>;
  stop(): Promise<unknown>;
};

export async function bringUp(start: Start): Promise<Up> {
  const { subject, name, processes } = start;
  // It came while the one before was ended, or its database made.
  if (start.signal?.aborted) throw new Interrupted();
  const app = appOf(subject);
  if (app.kubernetes !== undefined) {
    throw usageError(
      `${app.title} is the Deployment ${app.kubernetes.deployment} of a cluster: use --runtime kubernetes.`,
    );
  }
  const endpoint = endpointOf(subject, start.at);
  // Before the reset, which may reach the same host.
  if (app.url !== undefined) requireAllowed(`url in ${app.file}`, endpoint.baseUrl);
  if (app.reset !== undefined) await reset(app.reset, start);
  if (app.url !== undefined) return attached(app, endpoint, start);
  if (app.compose !== undefined) return service(app, app.compose, endpoint, start);
  await requireFreePort(app.name, start.at.public);
  await requireFreePort(metricsPortName(app.name), start.at.metrics);
  const child = await processes.start({
    name,
    ...programOf(app.native?.command ?? [], subject, start.databaseUrl, start.at),
    cpus: start.cpus,
    stopSignal: 'SIGTERM',
    graceSeconds: shutdownSeconds + 2,
    endsAll: true,
  });
  const roots = rootsOf(app, start.at.public, [child.pid]);
  return {
    endpoint,
    child,
    roots: roots.now,
    ready: () => appReady(app, endpoint, app.ready.seconds, start, child).then(roots.look),
    stop: () => child.stop(),
  };
}

/** Whose data it is, is the owner's business: what the command does is not looked into. */
async function reset(words: readonly string[], { processes, subject, name, ...rest }: Start) {
  const { databaseUrl, at, cpus, signal } = rest;
  const child = await processes.start({
    name: `${name}-reset`,
    ...programOf(words, subject, databaseUrl, at),
    cpus,
    stopSignal: 'SIGTERM',
    graceSeconds: shutdownSeconds,
  });
  // One that hangs would hold up Ctrl-C.
  const stop = () => void child.stop();
  signal?.addEventListener('abort', stop);
  const ending = await child.ended;
  signal?.removeEventListener('abort', stop);
  if (signal?.aborted) throw new Interrupted();
  if (ending.code === 0) return;
  throw environmentError(
    `The reset of ${subject.app} ${describeEnding(ending)}${lastLineOf(child)}; its log: ${child.logFile}`,
  );
}

function attached(app: App, endpoint: Endpoint, start: Start): Up {
  const { baseUrl } = endpoint;
  const port = portIn(baseUrl);
  const roots = rootsOf(app, isOnLoopback(baseUrl) ? port : undefined, []);
  return {
    endpoint,
    roots: roots.now,
    ready: () => appReady(app, endpoint, attachSeconds, start).then(roots.look),
    // Whoever started it stops it.
    stop: async () => undefined,
  };
}

async function service(
  app: App,
  { file, service }: NonNullable<App['compose']>,
  endpoint: Endpoint,
  start: Start,
): Promise<Up> {
  const { processes, signal } = start;
  const where = { folder: app.folder, file };
  const idOf = () => compose(where, ['ps', '--quiet', service]);
  // One that is up already is somebody's: it is left as it is.
  const isTheirs = (await idOf()) !== '';
  const started = { ...where, service, before: await servicesThere(where) };
  const stop = async (): Promise<void> => {
    if (isTheirs) return;
    await takeDown(started);
    processes.forgetService(started);
  };
  if (!isTheirs) processes.noteService(started);
  const container = await compose(where, ['up', '--detach', service], signal)
    .then(idOf)
    .catch((error: unknown) => andThen(() => Promise.reject(error), [stop]));
  const ownUsage = app.usage ?? { container };
  const roots = rootsOf({ ...app, usage: ownUsage }, start.at.public, []);
  return {
    endpoint,
    roots: roots.now,
    ready: () => appReady(app, endpoint, app.ready.seconds, start).then(roots.look),
    stop,
  };
}

/** Where the app's file says that its CPU and memory are read. */
function rootsOf({ usage, url }: App, port: number | undefined, started: readonly number[]) {
  const where = usage ?? (url === undefined ? 'process' : 'port');
  let found = started;
  return {
    now: () => (where === 'none' ? [] : found),
    look: async (): Promise<void> => {
      if (where === 'port' && port !== undefined) found = listenersOn(port);
      if (typeof where === 'object') found = await processOf(where.container);
    },
  };
}

/** All of a container's processes stand below its first one; an engine in a virtual machine has none here. */
async function processOf(container: string): Promise<number[]> {
  const format = ['--format', '{{.State.Pid}}'];
  const { stdout } = await execa('docker', ['inspect', ...format, container], {
    ...{ env: passedTo('Docker'), extendEnv: false, reject: false, stdin: 'ignore' },
  });
  const pid = Number(stdout);
  return pid > 0 ? [pid] : [];
}

function appReady(
  app: App,
  { baseUrl, metricsUrls }: Endpoint,
  seconds: number,
  { signal }: Start,
  child?: Child,
): Promise<void> {
  const whyNotReady = () =>
    firstProblem([whyNotOk(`${baseUrl}${app.ready.path}`), ...metricsUrls.map(whyNoMetrics)]);
  return untilReady(child ?? { name: app.name }, seconds, whyNotReady, undefined, signal);
}
