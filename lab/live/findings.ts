// The latest capacities, laws and verdicts on disk, for Prometheus: they stand beside the live
// charts, so that a rate on the screen can be held against what was found before.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { foundCapacity } from '../results/found-capacity';
import { RunFolder } from '../results/run-folder';
import type { RunRecord } from '../results/schemas';
import { type Reading, readingsOf, type Source, whenChanged } from './exporter';

/** Only runs of this machine: another's capacity beside this one's load would mislead. */
type OfMachine = { resultsDir: string; fingerprint: string };

export const findingsSource = (of: OfMachine): Source =>
  whenChanged(
    () => stampOf(of.resultsDir),
    () => findingReadings(of),
  );

/** Kinds of runs that are shown, as their ids name them. */
const isShown = (id: string): boolean => /-(capacity|scale|compare)-/.test(id);

/**
 * Whose analysis is looked at by every scrape, on the generator's core: to look at thousands takes
 * time. An earlier run that is analysed again is shown when the next run ends.
 */
const runsWatched = 20;

function stampOf(resultsDir: string): string {
  const ids = existsSync(resultsDir) ? readdirSync(resultsDir).filter(isShown).sort() : [];
  const analysed = ids.slice(-runsWatched).map((id) => {
    const file = join(resultsDir, id, 'analysis.json');
    return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  });
  return [...ids, ...analysed].join('\n');
}

/** The newest of each series: what a later run says takes the place of an earlier one. */
function findingReadings({ resultsDir, fingerprint }: OfMachine): Reading[] {
  const latest = new Map<string, Reading[]>();
  for (const folder of RunFolder.all(resultsDir, isShown).reverse()) {
    const { run } = folder;
    if (run.status !== 'complete' || run.host.fingerprint !== fingerprint) continue;
    for (const [key, readings] of findingsOf(folder)) {
      if (!latest.has(key)) latest.set(key, readings);
    }
  }
  return [...latest.values()].flat();
}

type Keyed = [key: string, readings: Reading[]];

function findingsOf({ run, path }: RunFolder): Keyed[] {
  const file = join(path, 'analysis.json');
  try {
    const { experiment } = JSON.parse(readFileSync(file, 'utf8'));
    return keyedReadings(shownSchema.parse(experiment), run);
  } catch (error) {
    // One run that cannot be read hides no other.
    if (existsSync(file)) console.error(`${file}: ${(error as Error).message}`);
    return [];
  }
}

/** As tables show verdicts; of contract/exporter.yaml. */
const verdictWords = {
  'a-faster': 'A is better',
  'b-faster': 'B is better',
  equivalent: 'equivalent',
  'no-detectable-difference': 'no detectable difference',
} as const;
const verdict = z.enum(Object.keys(verdictWords) as (keyof typeof verdictWords)[]);

const number = z.number().nullable();

/** What is read here of an analysis.json. */
const shownSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('capacity'),
    searches: z.array(
      z.object({
        ...{ app: z.string(), workload: z.string(), holdsRps: number, failsRps: number },
        ending: z.object({ ending: z.string() }).nullish(),
        changes: z.array(z.unknown()).optional(),
      }),
    ),
    capacityRps: z.object({ mean: z.number() }).nullish(),
    byApp: z.array(z.object({ app: z.string(), mean: z.number() })).optional(),
  }),
  z.object({
    kind: z.literal('scale'),
    by: z.string(),
    workload: z.string(),
    fit: z.object({ alpha: number, beta: number, gamma: number }).nullable(),
  }),
  z.object({
    kind: z.literal('compare'),
    labels: z.object({ a: z.string(), b: z.string() }),
    compared: z.array(
      z.object({
        workload: z.string(),
        measure: z.object({ key: z.string(), title: z.string() }),
        comparison: z.object({ verdict, ratio: number, interval: z.tuple([number, number]) }),
        /** Of a measure that decides nothing. */
        wanted: z.array(z.unknown()).optional(),
      }),
    ),
  }),
]);

/** Null where one of them found no rate that fails. */
function meanOrNone(searches: readonly { failsRps: number | null }[]): number | null {
  const rates = searches.flatMap(({ failsRps }) => failsRps ?? []);
  if (rates.length === 0 || rates.length < searches.length) return null;
  return rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
}

function keyedReadings(experiment: z.infer<typeof shownSchema>, run: RunRecord): Keyed[] {
  const { app = '', profile = '' } = run.subjects[0] ?? {};
  const keyed = (labels: Record<string, string>, values: Record<string, number | null>): Keyed => [
    `${experiment.kind} ${Object.values(labels)}`,
    readingsOf(labels, values),
  ];
  switch (experiment.kind) {
    case 'capacity': {
      const { searches, capacityRps, byApp } = experiment;
      const appsSearches = [...Map.groupBy(searches, (search) => search.app).values()];
      return appsSearches.flatMap((own) => {
        const [search] = own;
        const of = byApp?.find((one) => one.app === search?.app) ?? capacityRps;
        const holds = of?.mean ?? search?.holdsRps ?? null;
        // A search that found no rate that holds found no capacity: an earlier one's stays.
        if (search === undefined || holds === null) return [];
        // Of the same searches: a first one that was slow may fail below the mean of all.
        const fails = meanOrNone(of ? own.filter(foundCapacity) : [search]);
        return [
          keyed(
            { app: search.app, profile, workload: search.workload },
            { headroom_capacity_rps: holds, headroom_capacity_fails_rps: fails },
          ),
        ];
      });
    }
    case 'scale': {
      const { fit, by, workload } = experiment;
      if (fit === null) return [];
      const { alpha, beta, gamma } = fit;
      return [
        keyed(
          { app, profile, workload, by },
          { headroom_usl_alpha: alpha, headroom_usl_beta: beta, headroom_usl_gamma: gamma },
        ),
      ];
    }
    case 'compare':
      return experiment.compared.map(({ workload, measure, comparison, wanted }): Keyed => {
        const { a, b } = experiment.labels;
        const [low, high] = comparison.interval;
        const labels = { a, b, workload, measure: measure.title };
        // Whatever the verdict was: a later one takes the place of an earlier.
        const [key] = keyed({ ...labels, measure: measure.key }, {});
        return [
          key,
          readingsOf(
            { ...labels, verdict: wanted ? 'reported' : verdictWords[comparison.verdict] },
            {
              headroom_verdict_ratio: comparison.ratio,
              headroom_verdict_low: low,
              headroom_verdict_high: high,
            },
          ),
        ];
      });
  }
}
