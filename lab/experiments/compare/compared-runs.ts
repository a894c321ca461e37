// Two runs that lie on disk, before and after, compared as far as they measured the same.

import { isDeepStrictEqual } from 'node:util';
import { describeSettings } from '../../configuration/configuration';
import { usageError } from '../../errors';
import { type ArmRun, interleaved, type Series } from '../../measure/turns/interleaved';
import { appTitle } from '../../results/findings';
import type { KnownFloor } from '../../results/noise-floors';
import { knownFloors, type RecordedFloor, recordedFloors } from '../../results/noise-floors';
import type { RunFolder } from '../../results/run-folder';
import type { RunRecord } from '../../results/schemas';
import { formatHeldLoad } from '../../results/trial/measures';
import { designedTrials } from '../../results/trial/result';
import { findingsOf } from '../conclude';
import { designOf } from '../index';
import { type CompareResult, compareSeries } from './analyse';

type Subject = RunRecord['subjects'][number];
/** The series of one subject in one run, whichever arm it stood in. */
type Measured = { run: RunRecord; subject: Subject; series: Series[] };

const notInTurns =
  'The two runs were not taken in turns: whatever changed between them, the machine and its ' +
  'neighbours included, is in the ratio. `lab compare A B` takes turns.';

/** One comparison for each configuration that both runs measured at the same load. */
export function compareRuns(
  before: RunFolder,
  after: RunFolder,
  { margin, resultsDir }: { margin: number; resultsDir: string },
): CompareResult[] {
  const [first, second] = [measuredIn(before), measuredIn(after)];
  const recorded = recordedFloors(resultsDir);
  const results = first.flatMap((one) => {
    const other = counterpartOf(one, first, second);
    const pairs = other === undefined ? [] : one.series.flatMap((series) => pairOf(series, other));
    if (other === undefined || pairs.length === 0) return [];
    return compareSeries(pairs, {
      labels: { a: `${labelOf(one)} before`, b: `${labelOf(other)} after` },
      margin,
      interleaved: false,
      warnings: [notInTurns, ...differences(one, other)],
      floors: pairs.flatMap((pair) => floorsOf(recorded, one, pair)),
    });
  });
  if (results.length > 0) return results;
  throw usageError(
    `The two runs measured no subject at the same load. ${describeContents(before, first)}; ${describeContents(after, second)}. ` +
      'Repeat one with the other’s arguments, --rate included.',
  );
}

/** As the comparison called its arm. */
function labelOf({ run, subject }: Measured): string {
  const arms = Object.values(designOf(run, 'compare')?.arms ?? {});
  const own = arms.find((arm) => run.subjects[arm.subject] === subject);
  return own?.label ?? appTitle(subject.app);
}

/** The same configuration; else the one in the same place among those of its app and profile that have none. */
function counterpartOf(
  one: Measured,
  own: readonly Measured[],
  others: readonly Measured[],
): Measured | undefined {
  const isAlike = ({ subject }: Measured) =>
    subject.app === one.subject.app && subject.profile === one.subject.profile;
  const isSameAs = (a: Measured) => (b: Measured) => isDeepStrictEqual(a.subject, b.subject);
  const same = others.find(isSameAs(one));
  if (same !== undefined) return same;
  const left = own.filter((each) => isAlike(each) && !others.some(isSameAs(each)));
  const free = others.filter((each) => isAlike(each) && !own.some(isSameAs(each)));
  return free[left.indexOf(one)];
}

function measuredIn(folder: RunFolder): Measured[] {
  const { run } = folder;
  const design = designOf(run, 'compare') ?? designOf(run, 'noise');
  if (design === undefined) return [];
  const trials = designedTrials(run, findingsOf(folder).trials);
  const { series } = interleaved(design, trials);
  return run.subjects.map((subject, index) => ({
    run,
    subject,
    series: series.map((one) => ({
      ...one,
      runs: one.runs.filter((own) => own.subject === index),
    })),
  }));
}

/** The same workload, measure and load, with `before` as arm A and `after` as arm B. */
function pairOf(before: Series, { series }: Measured): Series[] {
  const after = series.find(
    ({ workload, measure, load }) =>
      workload === before.workload &&
      measure.key === before.measure.key &&
      formatHeldLoad(load) === formatHeldLoad(before.load),
  );
  if (after === undefined) return [];
  const as = (arm: ArmRun['arm'], runs: readonly ArmRun[]) => runs.map((run) => ({ ...run, arm }));
  return [{ ...before, runs: [...as('a', before.runs), ...as('b', after.runs)] }];
}

/** What else changed: the ratio is theirs as well. */
function differences(before: Measured, after: Measured): string[] {
  const facts = ({ run, subject }: Measured): Record<string, string> => ({
    machine: run.host.fingerprint,
    runtime: run.runtime.kind,
    settings: describeSettings(run.configuration) || 'the usual',
    design: designFact(run, subject),
    PostgreSQL: run.runtime.postgres,
    'revision of the subject': subject.revision?.tree ?? 'the clone’s',
    revision: run.revision
      ? `${run.revision.commit.slice(0, 12)}${run.revision.dirty ? ' and changes not in it' : ''}`
      : 'unknown',
    configuration: `${subject.replicas}x${subject.workers}x${subject.threads}, pool ${subject.pool}${subject.products === undefined ? '' : `, ${subject.products} products`}`,
    'length of a run': `${secondsOf(run)} s`,
    'versions of tools': JSON.stringify(run.tools),
    'locked versions': JSON.stringify(run.locks),
  });
  const now = facts(after);
  return Object.entries(facts(before)).flatMap(([name, was]) =>
    was === now[name]
      ? []
      : `${name} ${name === 'settings' ? 'differ' : 'differs'}${was.length < 40 ? `: ${was} before, ${now[name]} after` : ''}.`,
  );
}

/** A subject in turns shares its caches and its minutes with whom it takes turns with. */
function designFact(run: RunRecord, subject: Subject): string {
  const comparison = designOf(run, 'compare');
  const design = comparison ?? designOf(run, 'noise');
  if (design?.turns === undefined) return 'one after the other';
  if (comparison === undefined) return 'in turns with itself';
  const { a, b } = comparison.arms;
  return `in turns with ${run.subjects[a.subject] === subject ? b.label : a.label}`;
}

const secondsOf = ({ design }: RunRecord): number | string =>
  design !== null && 'seconds' in design && typeof design.seconds === 'number'
    ? design.seconds
    : '?';

/** Before and after are one subject: its floor is that of both. */
const floorsOf = (
  recorded: readonly RecordedFloor[],
  { run, subject }: Measured,
  { workload, measure }: Series,
): KnownFloor[] =>
  knownFloors(recorded, ['a', 'b'], {
    fingerprint: run.host.fingerprint,
    runtime: run.runtime.kind,
    settings: describeSettings(run.configuration),
    app: subject.app,
    profile: subject.profile,
    workload,
    measure: measure.key,
  });

function describeContents({ run }: RunFolder, measured: readonly Measured[]): string {
  const held = measured.flatMap(({ subject, series }) =>
    [...new Set(series.map(({ workload, load }) => `${workload} at ${formatHeldLoad(load)}`))].map(
      (where) => `${subject.app} ${where}`,
    ),
  );
  return `${run.id} (${run.kind}) has ${held.join(', ') || 'no runs of a comparison or of an A/A run'}`;
}
