// The history for Prometheus: the latest of each series, and when it last changed.
import { statSync } from 'node:fs';
import { historyFile, readHistory } from '../results/history';
import { levelOf, type NightHistory, nightHistories, nightlySpread } from '../results/night-series';
import { median } from '../statistics/descriptive';
import { type Reading, readingsOf, type Source, whenChanged } from './exporter';

const metricNames = {
  capacity: 'headroom_night_capacity_rps',
  p99: 'headroom_night_p99_seconds',
  cpu: 'headroom_night_cpu_per_request_seconds',
  memory: 'headroom_night_memory_bytes',
} as const;

export const nightSource = (resultsDir: string): Source =>
  whenChanged(
    () => {
      const history = statSync(historyFile(resultsDir), { throwIfNoEntry: false });
      return history ? `${history.size} ${history.mtimeMs}` : 'no night yet';
    },
    () => nightReadings(resultsDir),
  );

function nightReadings(resultsDir: string): Reading[] {
  const { entries, nights } = readHistory(resultsDir);
  const latest = nights.at(-1);
  if (latest === undefined) return [];
  return [
    ...readingsOf(
      {},
      {
        headroom_night_end_timestamp_seconds: Date.parse(latest.endedAt) / 1000,
        headroom_night_valid: latest.status === 'valid' ? 1 : 0,
      },
    ),
    ...[...nightHistories(entries).values()].flatMap(({ current }) => seriesReadings(current)),
  ];
}

function seriesReadings(history: NightHistory): Reading[] {
  const { app, profile, workload, metric } = history.identity;
  const value = history.nights.at(-1)?.values[0];
  if (value === undefined) return [];
  const labels = { app, profile, workload };
  const level = levelOf(history).map(({ values: [first] }) => first as number);
  const change = history.changes.at(-1);
  const since = history.nights.find(({ night }) => night === change?.night);
  return [
    ...readingsOf(labels, { [metricNames[metric]]: value }),
    ...readingsOf(
      { ...labels, metric },
      {
        headroom_night_drift_ratio: level.length > 0 ? value / median(level) - 1 : null,
        headroom_night_noise_ratio: nightlySpread(history),
        headroom_night_regressed: history.open === null ? 0 : 1,
      },
    ),
    ...(change && since
      ? readingsOf(
          { ...labels, metric, direction: change.direction },
          { headroom_night_change_timestamp_seconds: Date.parse(since.endedAt) / 1000 },
        )
      : []),
  ];
}
