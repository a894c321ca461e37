// What every verb that measures does around its experiment: the live page, the runtime, the exporter
// and the progress line are brought up, and taken down however it ends.
import { execa } from 'execa';
import { appNames, usesDatabase } from '../../contract/apps';
import { configuration } from '../configuration/configuration';
import { andThen, type ExitCode } from '../errors';
import { Exporter, type Source, serveExporter } from '../live/exporter';
import { findingsSource } from '../live/findings';
import { answerSource } from '../live/latest-run';
import { nightSource } from '../live/nights';
import { type LivePage, serveLivePage } from '../live/page/server';
import { PostgresStatistics } from '../live/postgres-statistics';
import {
  clearPhase,
  coreReadings,
  readPhase,
  usageReadings,
  writePhase,
} from '../live/run-readings';
import { thisHost } from '../measure/begin-run';
import type { RunContext, RunEvents } from '../measure/conductor';
import type { Generators } from '../measure/sharing';
import { resultsDir, stateDir } from '../paths';
import type { RunFolder } from '../results/run-folder';
import { requireNoOtherLab } from '../runtime/native/processes';
import { ports } from '../runtime/ports';
import type { Runtime } from '../runtime/runtime';
import { requireWritable } from '../system-errors';
import { runInCluster } from './in-cluster';
import { aborted, abortOnSignals, unlessInterrupted } from './interrupt';
import { takeMeasuringLock } from './measuring-lock';
import { openRuntime, type RuntimeName, withoutSecrets } from './options';
import { progressOn } from './progress';

/** The end of a run, as a verb shows it. */
export type Conclusion = {
  /** Path of report.html. */
  report: string;
  exitCode: ExitCode;
  /** For people, or for machines. */
  printed(json: boolean): string;
};

type LabOptions = {
  runtime: RuntimeName;
  json?: boolean;
  generators?: Generators;
  /** Stay up afterwards until Ctrl-C; on a terminal some verbs do so unasked. */
  stay?: boolean;
  /** Show the report in the browser. */
  open?: boolean;
  /** What is about to happen; of a lab in a cluster, that lab tells it. */
  announcement?: string;
  /** Analyses each run that has ended, in whatever way, and writes its report. */
  conclude(folder: RunFolder): Promise<Conclusion>;
  /** Where a verb prints its run in its own way. */
  show?: (folder: RunFolder) => Promise<void>;
};

/** Runs one experiment, prints what it found, and sets the exit code. */
export async function withLab(
  {
    runtime: kind,
    json = false,
    stay = false,
    open = false,
    generators,
    announcement,
    conclude,
    show,
  }: LabOptions,
  experiment: (context: RunContext) => Promise<RunFolder>,
): Promise<void> {
  requireWritable(resultsDir);
  const args = process.argv.slice(2);
  if (kind === 'kubernetes' && configuration.podName === undefined) return runInCluster(args);
  if (announcement !== undefined) console.error(announcement);
  await withRuntime(kind, async ({ runtime, page, lock, signal }) => {
    const progress = progressOn(process.stderr, runtime.prometheusUrl);
    let conclusion: Conclusion | undefined;
    await andThen(async () => {
      const folder = await experiment({
        runtime,
        resultsDir,
        arguments: withoutSecrets(args),
        signal,
        events: eventsOf(progress, page),
        ...(generators !== undefined && { generators }),
        conclude: async (ended) => {
          conclusion = await conclude(ended);
        },
      });
      progress.stop();
      if (stay) {
        console.error(
          `\nThe stack stays up until Ctrl-C. Live page: ${page.url}, with this report at /reports/${folder.run.id}.  Prometheus: ${runtime.prometheusUrl}`,
        );
      }
      // Last, so that the answer is what a terminal, or the log of a container, ends with.
      if (show) await show(folder);
      else if (conclusion) showConclusion(conclusion, json);
      if (open && conclusion) await openInBrowser(conclusion.report);
    }, [progress.stop]);
    // What stays up beside containers measures no more; containers that the lab has changed are not free yet.
    if (kind === 'attached') await lock?.[Symbol.asyncDispose]();
    if (stay) await aborted(signal);
  });
}

/** What is up around a use of it. */
type Surroundings = {
  runtime: Runtime;
  page: LivePage;
  lock: AsyncDisposable | undefined;
  signal: AbortSignal;
};

/** Brings a runtime up with its live page and exporter, and takes all of it down however `use` ends. */
export async function withRuntime(
  kind: RuntimeName,
  use: (around: Surroundings) => Promise<void>,
): Promise<void> {
  const signal = abortOnSignals();
  await using page = await openLivePage(kind);
  await using lock = await takeMeasuringLock(resultsDir, kind, signal);
  const runtime = await unlessInterrupted(signal, () => openRuntime(kind, signal));
  page.watch(runtime.prometheusUrl);
  let endExporter: (() => Promise<void>) | undefined;
  await andThen(async () => {
    endExporter = await startExporter(runtime.statisticsUrl, runtime);
    await unlessInterrupted(signal, () => use({ runtime, page, lock, signal }));
  }, [() => endExporter?.(), () => runtime.close()]);
}

/**
 * Shows Prometheus what only the lab knows.
 *
 * @param runtime absent where no experiment runs in this process
 * @returns what ends it
 */
export async function startExporter(
  statisticsUrl: string | null,
  runtime?: Runtime,
): Promise<() => Promise<void>> {
  const statistics = statisticsUrl === null ? undefined : new PostgresStatistics(statisticsUrl);
  const sources: Source[] = [
    () => readPhase(resultsDir, Date.now()),
    answerSource(resultsDir),
    nightSource(resultsDir),
    findingsSource({ resultsDir, fingerprint: thisHost().fingerprint }),
  ];
  if (statistics) sources.push(() => statistics.read());
  if (runtime) {
    // The machine's time is the same whichever app is asked for; the database's, of those that have one.
    const anyApp = appNames.find(usesDatabase) ?? appNames[0] ?? '';
    sources.push(async () => {
      const usage = await runtime.usage(anyApp);
      return [...coreReadings(runtime, usage), ...usageReadings(usage, runtime.facts.placement)];
    });
  }
  const server = await serveExporter(
    new Exporter(sources),
    configuration.exporterHost,
    ports.exporter,
  );
  return async () => {
    clearPhase(resultsDir);
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await statistics?.end();
  };
}

/** Comes first, so that its address is the first thing printed. */
async function openLivePage(kind: RuntimeName): Promise<LivePage> {
  // Two labs would meet at this port first; the error is clearer from here.
  requireNoOtherLab(stateDir);
  const serving = serveLivePage({ host: configuration.liveHost, port: ports.live, resultsDir });
  const page = await (kind === 'compose' ? serving.catch(orPageOfTheStack) : serving);
  console.error(`Watch it live: ${page.url}`);
  return page;
}

/** A stack that is up publishes a live page at this port, of the Prometheus that is asked here too. */
async function orPageOfTheStack(error: Error): Promise<LivePage> {
  const url = `http://127.0.0.1:${ports.live}`;
  const { code } = (error.cause ?? {}) as NodeJS.ErrnoException;
  if (code !== 'EADDRINUSE') throw error;
  if (!(await isLivePage(url))) throw error;
  return {
    url,
    watch: () => undefined,
    tellEnded: () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

const pageTimeoutMs = 3000;

/** Whatever else has the port would be called the live page. */
async function isLivePage(url: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(pageTimeoutMs);
    const response = await fetch(url, { redirect: 'error', signal });
    return (await response.text()).includes('<title>Headroom, live</title>');
  } catch {
    return false;
  }
}

/** A run's events as the terminal, Prometheus (the phase of the run) and the live page are told of them. */
const eventsOf = (progress: RunEvents, page: LivePage): RunEvents => ({
  ...progress,
  onTrial: (trial) => {
    page.tellEnded(undefined);
    progress.onTrial?.(trial);
  },
  onStep: (plan, step) => {
    writePhase(resultsDir, plan, step);
    progress.onStep?.(plan, step);
  },
  onTrialEnd: (plan, results) => {
    clearPhase(resultsDir);
    progress.onTrialEnd?.(plan, results);
  },
  onEnd: ({ run: { id } }) => page.tellEnded(id),
});

/** By the desktop's own means, which may be absent: the report is there all the same. */
async function openInBrowser(path: string): Promise<void> {
  const { failed } = await execa('xdg-open', [path], { reject: false, stdio: 'ignore' });
  if (failed) console.error(`No browser could be opened (xdg-open): open ${path} yourself.`);
}

/** What was found on stdout, where the report is on stderr. */
export function showConclusion({ report, exitCode, printed }: Conclusion, json: boolean): void {
  console.error(
    `\nReport: ${report}; \`npm run lab -- show\` prints the run again, with --validity each check, with --decomposition where the time went.\n`,
  );
  process.stdout.write(printed(json));
  if (exitCode !== 0) process.exitCode = exitCode;
}
