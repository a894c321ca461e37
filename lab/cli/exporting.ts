// The exporter of this process: what only the lab knows, for Prometheus.
import { Exporter, type Source, serveExporter } from '../live/exporter';
import { findingsSource } from '../live/findings';
import { nightSource } from '../live/nights';
import { PostgresStatistics } from '../live/postgres-statistics';
import { clearPhase, coreReadings, readPhase, usageReadings } from '../live/run-readings';
import { thisHost } from '../measure/provenance';
import { resultsDir } from '../paths';
import { ports } from '../runtime/ports';
import type { Runtime } from '../runtime/runtime';

/** Loopback, except in a container whose network only the lab's own services share. */
const host = process.env.HEADROOM_EXPORTER_HOST ?? '127.0.0.1';

/**
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
  return async () => {
    clearPhase(resultsDir);
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await statistics?.end();
  };
}
