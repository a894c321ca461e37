// The exporter beside an experiment: it shows Prometheus the phases of the run in progress.

import { Exporter, type Source, serveExporter } from '../live/exporter';
import { findingsSource } from '../live/findings';
import { nightSource } from '../live/nights';
import { PostgresStatistics } from '../live/postgres-statistics';
import {
  clearPhase,
  coreReadings,
  readPhase,
  usageReadings,
  writePhase,
} from '../live/run-readings';
import type { RunEvents } from '../measure/conductor';
import { thisHost } from '../measure/provenance';
import { resultsDir } from '../paths';
import { ports } from '../runtime/ports';
import type { Runtime } from '../runtime/runtime';

export type Exporting = {
  /** The same events, with each step's phase written down. */
  withPhases(events: RunEvents): RunEvents;
  close(): Promise<void>;
};

/** Loopback, except in a container whose network only the lab's own services share. */
const host = process.env.HEADROOM_EXPORTER_HOST ?? '127.0.0.1';

/** @param runtime absent where no experiment runs in this process */
export async function startExporter(
  statisticsUrl: string | null,
  runtime?: Runtime,
): Promise<Exporting> {
  const statistics = statisticsUrl === null ? undefined : new PostgresStatistics(statisticsUrl);
  const sources: Source[] = [
    () => readPhase(resultsDir, Date.now()),
    nightSource(resultsDir),
    findingsSource({ resultsDir, fingerprint: thisHost().fingerprint }),
  ];
  if (statistics) sources.push(() => statistics.read());
  if (runtime) {
    sources.push(() => coreReadings(runtime.facts.placement));
    // The machine's and the database's time are the same whichever app is asked for.
    sources.push(async () => usageReadings(await runtime.usage('express')));
  }
  const server = await serveExporter(new Exporter(sources), host, ports.exporter);
  return {
    withPhases: (events) => ({
      ...events,
      onStep: (plan, step) => {
        writePhase(resultsDir, plan, step);
        events.onStep?.(plan, step);
      },
      onTrialEnd: (plan, results) => {
        clearPhase(resultsDir);
        events.onTrialEnd?.(plan, results);
      },
    }),
    close: async () => {
      clearPhase(resultsDir);
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await statistics?.end();
    },
  };
}
