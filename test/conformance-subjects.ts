// Starts what the conformance suite is run against by `npm test`: both apps on a real PostgreSQL, as
// the contract's full settings want them, twice, so that the shop is asked beside the rest; once more
// with debug logging, and in every other profile.
// Whoever names subjects of their own (contract/README.md) has those tested instead.
import { rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import {
  fullSettings,
  type Settings,
  type Subject,
  variable,
} from '../contract/conformance/subjects';
import { commandOf, environmentOf } from '../lab/runtime/apps';
import { Databases } from '../lab/runtime/databases';
import { startPostgres } from '../lab/runtime/native/postgres';
import { Processes } from '../lab/runtime/native/processes';
import { allowedCpus } from '../lab/runtime/native/topology';
import { untilReady, whyNotAllOk } from '../lab/runtime/readiness';
import {
  appNames,
  type Subject as LabSubject,
  type ProfileName,
  subjectOf,
} from '../lab/runtime/subject';
import { freePorts, temporaryFolder } from './lab-process';

const cpus = allowedCpus();
/** Between two looks at which tests are under way. */
const pollMs = 250;

type Variant = { profile: ProfileName; debug?: boolean; only?: Subject['only'] };

const variants: Variant[] = [
  { profile: 'default', only: 'all but the shop' },
  { profile: 'default', only: 'shop' },
  { profile: 'default', debug: true },
  { profile: 'tuned' },
  { profile: 'bare' },
];

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | void> {
  // Named by the user, or started for another project of the contract's.
  if (process.env[variable]) return;
  const folder = temporaryFolder();
  const processes = await Processes.claim(folder);
  let cleared: Promise<void> | undefined;
  const clearUp = () => {
    cleared ??= processes.stopAll().then(() => rmSync(folder, { recursive: true, force: true }));
    return cleared;
  };
  try {
    const [postgresPort = 0, ...ports] = await freePorts(1 + 2 * variants.length * appNames.length);
    const postgres = await startPostgres({
      processes,
      stateDir: folder,
      port: postgresPort,
      cpus,
    });
    const databases = await Databases.prepare(postgres.address, folder);
    const wanted = variants.flatMap((variant, index) =>
      appNames.map((app) => {
        const [port = 0, metricsPort = 0] = ports.splice(0, 2);
        return { app, ...variant, name: `${app}_${index}`, port, metricsPort };
      }),
    );
    // A template is copied to one database at a time.
    for (const { app, name } of wanted) await databases.reset(app, { name });
    const subjects = await Promise.all(wanted.map((one) => start(processes, databases, one)));
    process.env[variable] = JSON.stringify(subjects);
    whenOthersBegin(project, clearUp);
  } catch (error) {
    await clearUp();
    throw error;
  }
  return clearUp;
}

/**
 * Vitest would keep the servers to its end, and idle they take a third of a core from whatever is
 * measured later. The kinds of tests take turns (vitest.config.mts): ours are over when another's
 * module is there.
 */
function whenOthersBegin(project: TestProject, act: () => Promise<void>): void {
  const ours = String(project.config.globalSetup);
  const poll = setInterval(() => {
    const modules = project.vitest.state.getTestModules();
    if (modules.every((module) => String(module.project.config.globalSetup) === ours)) return;
    clearInterval(poll);
    void act();
  }, pollMs).unref();
}

async function start(
  processes: Processes,
  databases: Databases,
  options: Variant & { app: Subject['app']; name: string; port: number; metricsPort: number },
): Promise<Subject> {
  const { app, profile, debug = false, only, name, port, metricsPort } = options;
  const subject = subjectOf(app, profile, 1);
  const settings = settingsFor(subject);
  const { workers, threads, poolSize, poolTimeoutSeconds, clientTimeoutSeconds } = settings;
  const child = await processes.start({
    name,
    ...commandOf({ app }),
    env: {
      ...environmentOf({ ...subject, workers, threads, pool: poolSize }, databases.appUrl(name)),
      PORT: String(port),
      METRICS_PORT: String(metricsPort),
      POOL_TIMEOUT_SECONDS: String(poolTimeoutSeconds),
      CLIENT_TIMEOUT_SECONDS: String(clientTimeoutSeconds),
      LOG_LEVEL: debug ? 'debug' : 'info',
      TRUST_PROXY: debug ? '1' : '0',
    },
    cpus,
    stopSignal: 'SIGTERM',
    graceSeconds: 15,
  });
  const baseUrl = `http://127.0.0.1:${port}`;
  const metricsUrl = `http://127.0.0.1:${metricsPort}/metrics`;
  await untilReady(child, 60, () => whyNotAllOk([`${baseUrl}/readyz`, metricsUrl]));
  return {
    app,
    profile,
    baseUrl,
    metricsUrl,
    databaseUrl: databases.superuserUrl(name),
    rootPid: child.pid,
    logFile: child.logFile,
    trustsProxy: debug,
    settings,
    debug,
    again: debug || profile !== 'default',
    ...(only && { only }),
  };
}

/** Threads that keep their connections need one each; with fewer they would share a pool after all. */
function settingsFor({ settings }: LabSubject): Settings {
  if (settings.KEEP_CONNECTIONS !== '1') return fullSettings;
  return { ...fullSettings, poolSize: fullSettings.threads };
}
