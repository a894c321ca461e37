// The history for Prometheus: the latest of each series, and when it last changed.
import { statSync } from 'node:fs';
import { historyFile, readHistory } from '../results/history';
import { type NightMetric, ratioMetrics } from '../results/night-schema';
import {
  levelOf,
  measuredOf,
  type NightHistory,
  nightHistories,
  nightlySpread,
} from '../results/night-series';
import { type Reading, readingsOf, type Source, whenChanged } from './exporter';

/** Series of nights made before there were yardsticks stand in `lab history` alone. */
const isCurrent = (metric: NightMetric): boolean =>
  (ratioMetrics as readonly string[]).includes(metric);

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
  const latest = history.nights.at(-1);
  if (latest === undefined || !isCurrent(metric)) return [];
  const value = measuredOf(latest);
  const labels = { app, profile, workload, metric };
  const level = levelOf(history);
  const change = history.changes.at(-1);
  const since = history.nights.find(({ night }) => night === change?.night);
  return [
    ...readingsOf(labels, {
      headroom_night_ratio: value,
      headroom_night_drift_ratio: level === null ? null : value / level - 1,
      headroom_night_noise_ratio: nightlySpread(history),
      headroom_night_regressed: history.open === null ? 0 : 1,
    }),
    ...(change && since
      ? readingsOf(
          { ...labels, direction: change.direction },
          { headroom_night_change_timestamp_seconds: Date.parse(since.endedAt) / 1000 },
        )
      : []),
  ];
}
