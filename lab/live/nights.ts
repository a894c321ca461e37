// The history for Prometheus: the latest of each series, and when it last changed.
import { statSync } from 'node:fs';
import { historyFile, readHistory } from '../results/history';
import type { NightMetric } from '../results/night-schema';
import { levelOf, type NightHistory, nightHistories, nightlySpread } from '../results/night-series';
import { median } from '../statistics/descriptive';
import type { Reading, Source } from './exporter';

const metricNames: Record<NightMetric, string> = {
  capacity: 'headroom_night_capacity_rps',
  p99: 'headroom_night_p99_seconds',
  cpu: 'headroom_night_cpu_per_request_seconds',
  memory: 'headroom_night_memory_bytes',
};

/** Read again only when the file has changed: a scrape comes every two seconds. */
export function nightSource(resultsDir: string): Source {
  let seen = '';
  let readings: Reading[] = [];
  return () => {
    const stamp = stampOf(historyFile(resultsDir));
    if (stamp !== seen) {
      try {
        readings = nightReadings(resultsDir);
      } catch (error) {
        // Whoever reads or writes the history is told; a scrape has nobody to tell.
        console.error((error as Error).message);
        readings = [];
      }
      seen = stamp;
    }
    return readings;
  };
}

function stampOf(path: string): string {
  try {
    const { size, mtimeMs } = statSync(path);
    return `${size} ${mtimeMs}`;
  } catch {
    return ''; // No night yet.
  }
}

export function nightReadings(resultsDir: string): Reading[] {
  const { entries, nights } = readHistory(resultsDir);
  const latest = nights.at(-1);
  if (latest === undefined) return [];
  return [
    {
      name: 'headroom_night_end_timestamp_seconds',
      labels: {},
      value: Date.parse(latest.endedAt) / 1000,
    },
    { name: 'headroom_night_valid', labels: {}, value: latest.status === 'valid' ? 1 : 0 },
    ...[...nightHistories(entries).values()].flatMap(({ current }) => seriesReadings(current)),
  ];
}

function seriesReadings(history: NightHistory): Reading[] {
  const { app, profile, workload, metric } = history.identity;
  const value = history.nights.at(-1)?.values[0];
  if (value === undefined) return [];
  const labels = { app, profile, workload };
  const level = levelOf(history).map(({ values: [first] }) => first as number);
  const noise = nightlySpread(history);
  const change = history.changes.at(-1);
  const since = history.nights.find(({ night }) => night === change?.night);
  const of = (name: string, reading: number, more = {}): Reading => ({
    name,
    labels: { ...labels, metric, ...more },
    value: reading,
  });
  return [
    { name: metricNames[metric as NightMetric], labels, value },
    ...(level.length > 0 ? [of('headroom_night_drift_ratio', value / median(level) - 1)] : []),
    ...(noise === null ? [] : [of('headroom_night_noise_ratio', noise)]),
    of('headroom_night_regressed', history.open === null ? 0 : 1),
    ...(change && since
      ? [
          of('headroom_night_change_timestamp_seconds', Date.parse(since.endedAt) / 1000, {
            direction: change.direction,
          }),
        ]
      : []),
  ];
}
