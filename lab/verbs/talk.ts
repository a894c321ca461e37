// `lab deck --talk`: five slides with one message each, every one from the latest run that can say it.
import { appNames, apps, notationOf } from '../../contract/apps';
import { reportedRun } from '../experiments/conclude';
import { type ExperimentKind, type ExperimentResult, viewOf } from '../experiments/index';
import { armOf } from '../measure/turns/interleaved';
import { plural } from '../render/format';
import { slidesOf } from '../render/slides/draw-view';
import type { Slide } from '../render/slides/model';
import { twoOf, typed } from '../results/command-line';
import { appTitle } from '../results/findings';
import { type RunFolder, readOrTell } from '../results/run-folder';
import type { RunRecord } from '../results/schemas';
import { isDeciding } from '../results/trial/measures';
import type { ProfileName } from '../runtime/subject';
import { logs, mean } from '../statistics/descriptive';
import { meanInterval, NO_INTERVAL } from '../statistics/intervals';
import {
  type Bar,
  type Bars,
  type Carried,
  carriedSlide,
  closingSlide,
  costSlide,
  type Kept,
  keptSlide,
  missingSlide,
} from './talk-slides';

type Folders = readonly RunFolder[];

/**
 * @param price of a core for an hour, in whatever currency
 */
export function talkOf(all: Folders, price?: number): Slide[] {
  const folders = ofOneMachine(all);
  const named = appNames.slice(0, mostBars).map(notationOf);
  const comparing = [typed(['compare', ...twoOf(named)])];
  const searching = [typed(['capacity', '--app', ...named, '--budget', '4m'])];
  const growing = named.map((app) => typed(['scale', '--app', app, '--by', 'users']));
  const carried = fullest(latestByApp(capacities(folders)), latestByApp(tourRanges(folders)));
  const kept = latestByApp(keptShares(folders));
  const costs = fullest(latestByApp(cpuInTurns(folders)), latestByApp(cpuInTours(folders)));
  const slides = [
    fasterSlide(folders) ?? missingSlide('who is faster', comparing, '7 minutes'),
    isSome(carried)
      ? carriedSlide(carried)
      : missingSlide('who carries more', searching, '8 minutes'),
    isSome(kept) ? keptSlide(kept) : missingSlide('how they scale', growing, '12 minutes'),
    isSome(costs)
      ? costSlide(costs, price)
      : missingSlide('what a million requests cost', comparing, '7 minutes'),
  ];
  const [newest] = folders;
  return [...slides, closingSlide(newest ? machineOf(newest.run) : 'no run yet')];
}

/**
 * Newest first, complete, and all of the newest's machine and of one runtime: ratios travel, figures do not, and a
 * container's are no process's. The runtime is the one with the most kinds of runs, so that a single newer run
 * elsewhere leaves no slide empty; of several the one of the newest.
 */
function ofOneMachine(all: Folders): Folders {
  const complete = all
    .filter(({ run: { kind, status } }) => status === 'complete' && kinds.includes(kind))
    .sort((a, b) => (a.run.startedAt < b.run.startedAt ? 1 : -1));
  const fingerprint = complete[0]?.run.host.fingerprint;
  const here = complete.filter(({ run }) => run.host.fingerprint === fingerprint);
  const kindsIn = (folders: Folders): number => new Set(folders.map(({ run }) => run.kind)).size;
  const [fullest] = [...Map.groupBy(here, ({ run }) => run.runtime.kind).values()].sort(
    (a, b) => kindsIn(b) - kindsIn(a),
  );
  return fullest ?? [];
}
const kinds = ['compare', 'capacity', 'scale', 'tour'];

const machineOf = ({ host }: RunRecord): string => `${host.cores} cores of ${host.cpuModel}`;

/** More are not read from the last row of seats. */
const mostBars = 2;

const isSome = <One extends Bar>(bars: readonly One[]): bars is Bars<One> => bars.length > 0;

/** The first, unless the other has more apps. */
const fullest = <One extends Bar>(first: readonly One[], other: readonly One[]): readonly One[] =>
  other.length > first.length ? other : first;

/** The latest of both apps on the same workload; without such a pair, what is the very latest of. */
function latestByApp<One extends Bar>(newestFirst: Iterable<One>): One[] {
  const byWhat = new Map<string, One[]>();
  for (const one of newestFirst) {
    const own = byWhat.get(one.what) ?? [];
    if (own.every(({ app }) => app !== one.app)) own.push(one);
    byWhat.set(one.what, own);
    if (own.length === mostBars) {
      return own.sort((a, b) => appNames.indexOf(a.app) - appNames.indexOf(b.app));
    }
  }
  return [...byWhat.values()][0] ?? [];
}

/** Each is read when its turn comes: the latest mostly say it all. */
function* resultsOf<K extends ExperimentKind>(
  folders: Folders,
  kind: K,
): Generator<{ run: RunRecord; result: ExperimentResult<K> }> {
  for (const { run, found } of runsOf(folders, kind)) {
    const { experiment } = found;
    if (experiment?.kind === kind) yield { run, result: experiment as ExperimentResult<K> };
  }
}

function* runsOf(folders: Folders, kind: string): Generator<ReturnType<typeof reportedRun>> {
  for (const folder of folders) {
    const reported = folder.run.kind === kind ? readOrTell(() => reportedRun(folder)) : undefined;
    if (reported) yield reported;
  }
}

/**
 * Of two apps: a configuration against another says nothing of who is faster. An app that is the only one
 * is compared with itself, at another revision or so, which the labels say.
 */
function* comparisons(folders: Folders) {
  for (const { run, result } of resultsOf(folders, 'compare')) {
    const [a, b] = [run.subjects[0]?.app ?? '', run.subjects.at(-1)?.app ?? ''];
    if (a !== b || appNames.length === 1) yield { run, result, apps: { a, b } };
  }
}

/** The comparison's own slide, of what decides: a ratio of time and one of CPU, mostly. */
function fasterSlide(folders: Folders): Slide | undefined {
  for (const { run, result } of comparisons(folders)) {
    const [first] = result.compared;
    const deciding = result.compared.filter(
      ({ workload, measure }) => workload === first?.workload && isDeciding(measure.key),
    );
    const compared = deciding.slice(0, mostBars);
    const [slide] = slidesOf(viewOf({ ...result, compared }, run), run.id);
    if (slide) return slide;
  }
  return undefined;
}

function* capacities(folders: Folders): Generator<Carried> {
  for (const { run, result } of resultsOf(folders, 'capacity')) {
    for (const { app, workload, slo, holdsRps, failsRps, changes } of result.searches) {
      const over = result.byApp?.find((one) => one.app === app) ?? result.capacityRps;
      const about = { ...barOf(run, app, workload), slo };
      if (over?.interval) {
        yield { ...about, low: over.interval[0], high: over.interval[1], at: over.mean };
      } else if (changes.length === 0 && (holdsRps ?? failsRps) !== null) {
        yield { ...about, low: holdsRps, high: failsRps };
      }
    }
  }
}

function* tourRanges(folders: Folders): Generator<Carried> {
  for (const { run, found } of runsOf(folders, 'tour')) {
    for (const { app, workload, slo, held, broken } of found.ranges) {
      const [low, high] = [held?.offeredRps ?? null, broken?.offeredRps ?? null];
      if ((low ?? high) !== null) yield { ...barOf(run, app, workload), slo, low, high };
    }
  }
}

function* keptShares(folders: Folders): Generator<Kept> {
  for (const { run, result } of resultsOf(folders, 'scale')) {
    const { app, workload, kept } = result;
    if (!kept) continue;
    const [low = 0, high = 0, at = 0] = [...kept.interval, kept.share].map((share) => 100 * share);
    yield { ...barOf(run, app, workload), low, high, at, users: kept.level };
  }
}

/** A millisecond per request is a thousand seconds per million. */
const perMillion = (ms: number): number => 1000 * ms;

function* cpuInTurns(folders: Folders): Generator<Bar> {
  for (const { run, result, apps } of comparisons(folders)) {
    const one = result.compared.find(({ measure }) => measure.key === 'cpu-per-request');
    if (one === undefined) continue;
    for (const arm of ['a', 'b'] as const) {
      const logarithms = logs(armOf(one, arm).map(({ value }) => perMillion(value)));
      const [low = null, high = null] =
        logarithms.length < 2 ? NO_INTERVAL : meanInterval(logarithms).map(Math.exp);
      const about = { ...barOf(run, apps[arm], one.workload), name: result.labels[arm] };
      yield { ...about, low, high, at: Math.exp(mean(logarithms)) };
    }
  }
}

function* cpuInTours(folders: Folders): Generator<Bar> {
  for (const { run, found } of runsOf(folders, 'tour')) {
    for (const { app, workload, cpuCost } of found.ranges) {
      if (cpuCost === null) continue;
      yield { ...barOf(run, app, workload), low: null, high: null, at: perMillion(cpuCost.appMs) };
    }
  }
}

function barOf(run: RunRecord, app: string, workload: string) {
  const subject = run.subjects.find((one) => one.app === app);
  const differences = subject === undefined ? [] : unusual(subject, run);
  const what = differences.length === 0 ? workload : `${workload} (${differences.join(', ')})`;
  return { app, name: appTitle(app), what, run: run.id };
}

/** How a subject differs from what its app is usually: only those that differ alike stand side by side. */
function unusual(
  { app, profile, replicas, cpus, workers, products }: RunRecord['subjects'][number],
  { runtime }: RunRecord,
): string[] {
  const { workersPerCore } =
    apps.find(({ name }) => name === app)?.profiles[profile as ProfileName] ?? {};
  // In containers a CPU limit that the run does not keep decides how many workers are usual.
  const cores = runtime.kind === 'native' ? runtime.placement.subject.length : null;
  const usual = cores && workersPerCore && workersPerCore * cores;
  return [
    profile !== 'default' && profile,
    usual && workers !== usual && plural(workers, 'worker'),
    replicas !== 1 && plural(replicas, 'replica'),
    cpus !== undefined && `${cpus} CPUs each`,
    products !== undefined && `${products.toLocaleString('en')} products`,
  ].filter((part) => typeof part === 'string');
}
