// The latest capacities, laws and verdicts on disk, for Prometheus: they stand beside the live
// charts, so that a rate on the screen can be held against what was found before.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ExperimentResult } from '../experiments/index';
import { listRunIds, RunFolder } from '../results/run-folder';
import type { RunRecord } from '../results/schemas';
import type { Verdict } from '../statistics/comparison';
import type { Reading, Source } from './exporter';

/** Only runs of this machine: another's capacity beside this one's load would mislead. */
export type OfMachine = { resultsDir: string; fingerprint: string };

/** Read again only when a run was added or made again: a scrape comes every two seconds. */
export function findingsSource(of: OfMachine): Source {
  let seen: string | undefined;
  let readings: Reading[] = [];
  return () => {
    const stamp = stampOf(of.resultsDir);
    if (stamp !== seen) {
      readings = findingReadings(of);
      seen = stamp;
    }
    return readings;
  };
}

const analysisOf = (resultsDir: string, id: string): string =>
  join(resultsDir, id, 'analysis.json');

function stampOf(resultsDir: string): string {
  return listRunIds(resultsDir)
    .map((id) => {
      const file = analysisOf(resultsDir, id);
      return existsSync(file) ? `${id} ${statSync(file).mtimeMs}` : id;
    })
    .join('\n');
}

/** The newest of each series: what a later run says takes the place of an earlier one. */
function findingReadings({ resultsDir, fingerprint }: OfMachine): Reading[] {
  const latest = new Map<string, Reading[]>();
  for (const id of listRunIds(resultsDir).reverse()) {
    for (const [key, readings] of readingsOf(resultsDir, id, fingerprint)) {
      if (!latest.has(key)) latest.set(key, readings);
    }
  }
  return [...latest.values()].flat();
}

type Keyed = [key: string, readings: Reading[]];

/** As tables show them; of contract/exporter.yaml. */
const verdictWords: Record<Verdict, string> = {
  'a-faster': 'A is better',
  'b-faster': 'B is better',
  equivalent: 'equivalent',
  'no-detectable-difference': 'no detectable difference',
};

function readingsOf(resultsDir: string, id: string, fingerprint: string): Keyed[] {
  try {
    const { run } = RunFolder.open(resultsDir, id);
    if (run.status !== 'complete' || run.host.fingerprint !== fingerprint) return [];
    const found = JSON.parse(readFileSync(analysisOf(resultsDir, id), 'utf8'));
    return keyedReadings(found.experiment, run);
  } catch (error) {
    // Whoever shows the run is told what is wrong with it; a scrape has nobody to tell.
    if (existsSync(analysisOf(resultsDir, id))) console.error((error as Error).message);
    return [];
  }
}

function keyedReadings(experiment: ExperimentResult | undefined, run: RunRecord): Keyed[] {
  const { app = '', profile = '' } = run.subjects[0] ?? {};
  switch (experiment?.kind) {
    case 'capacity': {
      const [search] = experiment.searches;
      if (search === undefined) return [];
      const labels = { app, profile, workload: search.workload };
      const holds = experiment.capacityRps?.mean ?? search.holdsRps;
      // A search that found no rate that holds found no capacity: an earlier one's stays.
      if (holds === null) return [];
      return [
        [
          `capacity ${Object.values(labels)}`,
          [
            { name: 'headroom_capacity_rps', labels, value: holds },
            ...(search.failsRps === null
              ? []
              : [{ name: 'headroom_capacity_fails_rps', labels, value: search.failsRps }]),
          ],
        ],
      ];
    }
    case 'scale': {
      const { fit, by, workload } = experiment;
      if (fit === null) return [];
      const labels = { app, profile, workload, by };
      return [
        [
          `scale ${Object.values(labels)}`,
          (['alpha', 'beta', 'gamma'] as const).map((parameter) => ({
            name: `headroom_usl_${parameter}`,
            labels,
            value: fit[parameter],
          })),
        ],
      ];
    }
    case 'compare':
      return experiment.compared.map(({ workload, measure, comparison }): Keyed => {
        const { a, b } = experiment.labels;
        const verdict = verdictWords[comparison.verdict];
        const labels = { a, b, workload, measure: measure.title, verdict };
        const [low, high] = comparison.interval;
        const of = (name: string, value: number | null): Reading[] =>
          value === null ? [] : [{ name: `headroom_verdict_${name}`, labels, value }];
        return [
          `compare ${[a, b, workload, measure.key]}`,
          [...of('ratio', comparison.ratio), ...of('low', low), ...of('high', high)],
        ];
      });
    default:
      return [];
  }
}
