// One run of `lab claims`: looks for what is on disk, measures what is missing, and records both. It
// measures nothing of its own kind.

import { LabError } from '../../errors';
import { beginRun } from '../../measure/begin-run';
import type { RunContext } from '../../measure/conductor';
import { thisHost } from '../../measure/provenance';
import { resultsDir } from '../../paths';
import { recordedFloors } from '../../results/noise-floors';
import type { RunFolder } from '../../results/run-folder';
import type { RunRecord } from '../../results/schemas';
import { allowedCpus, placeOn } from '../../runtime/native/placement';
import { spawnLab } from '../../runtime/native/processes';
import { appNames } from '../../runtime/subject';
import { claimsNamed, experimentsFor } from './analyse';
import type { ClaimsDesign } from './design';
import { type Effort, effortFile, readEffort } from './effort';
import { findRun, gather, type OnDisk, runsHere } from './gather';
import {
  type ClaimsAgenda,
  type claimPaces,
  describeNeed,
  distinct,
  keyOf,
  type MeasuredNeed,
  type Measures,
  measureNeed,
  type Need,
  runsWanted,
  secondsOf,
} from './needs';

/**
 * `npm run bench -- effort` in a process of its own, because it claims the lab's state and pins itself to
 * cores. Its table goes to stderr: stdout is for this command's own output.
 */
async function measureEffort(): Promise<void> {
  const { exitCode, signal } = await spawnLab(['bench', 'effort'], {
    stdout: process.stderr,
    stderr: 'inherit',
  });
  if (exitCode === 0) return;
  throw new LabError(
    exitCode === 130 ? 130 : 5,
    `bench effort ended with ${exitCode ?? signal}; \`npm run bench -- effort\` says why`,
  );
}

type ClaimsRunOptions = { quick?: boolean; fromDisk?: boolean; seed: number };

/** Start and memory depend on the machine, so only this machine's count. */
function effortHere(): Effort | undefined {
  const effort = readEffort(resultsDir);
  return effort?.host.fingerprint === thisHost().fingerprint ? effort : undefined;
}

/** What is asked, what is on disk for it, and what has been measured since. */
export class ClaimsRun {
  readonly lacking: Need[];
  private readonly experiments: ReturnType<typeof experimentsFor>;
  private readonly runs = new Map<string, RunFolder>();
  private readonly fresh = new Set<string>();
  private readonly failures = new Map<string, string>();
  private readonly pace: 'quick' | 'full';
  // Read before anything is pinned: afterwards this process only sees the generator's cores.
  private readonly subjectCores = placeOn(allowedCpus()).subject.length;

  constructor(
    private readonly asked: readonly string[],
    private readonly options: ClaimsRunOptions,
    private readonly measures: Measures,
  ) {
    this.pace = options.quick ? 'quick' : 'full';
    this.experiments = experimentsFor(claimsNamed(asked));
    const onDisk = runsHere(resultsDir, thisHost().fingerprint);
    const possible = this.experiments.filter(
      ([, { leastSubjectCores = 1 }]) => this.subjectCores >= leastSubjectCores,
    );
    const needs = distinct(possible.flatMap(([, experiment]) => experiment.needs));
    for (const need of needs) {
      const found = this.paces()
        .map((pace) => findRun(onDisk, need, runsWanted(need, pace)))
        .find((folder) => folder !== undefined);
      if (found) this.runs.set(keyOf(need), found);
    }
    this.lacking = needs.filter(
      (need) => !this.has(need) && !(options.quick && need.kind === 'noise'),
    );
  }

  /** Best first: a full run also answers a quick question, and from disk a short one beats none. */
  private paces(): (keyof typeof claimPaces)[] {
    return this.options.quick || this.options.fromDisk ? ['full', 'quick'] : ['full'];
  }

  private has(need: Need): boolean {
    return need.kind === 'effort' ? effortHere() !== undefined : this.runs.has(keyOf(need));
  }

  /** Whether anything is to be measured on a lab of its own. */
  get needsStack(): boolean {
    return this.lacking.some(({ kind }) => kind !== 'effort');
  }

  plan(): ClaimsAgenda {
    return {
      reused: [...this.runs.values()].map(({ run: record }) => record),
      measured: this.options.fromDisk
        ? []
        : this.lacking.map((need) => ({ need, seconds: secondsOf(need, this.pace) })),
      quick: this.pace === 'quick',
    };
  }

  /** A need that fails is reported and left out. After Ctrl-C, complete runs are found again. */
  async measure(setting: RunContext): Promise<void> {
    const { onFinding } = setting.events;
    for (const [index, need] of this.lacking.entries()) {
      if (need.kind === 'effort') continue;
      onFinding?.(`\n${index + 1} of ${this.lacking.length}: ${describeNeed(need)}`);
      await this.skipOnFailure(need, () => this.measureOne(need, setting), onFinding);
    }
  }

  /** What needs the lab's state for itself, before the lab takes it. */
  async measureApart(): Promise<void> {
    for (const need of this.lacking) {
      if (need.kind !== 'effort') continue;
      await this.skipOnFailure(need, measureEffort, console.error);
      this.fresh.add(effortFile('results'));
    }
  }

  private async skipOnFailure(
    need: Need,
    work: () => Promise<void>,
    say: ((text: string) => void) | undefined,
  ): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof LabError) || error.exitCode === 130) throw error;
      this.failures.set(keyOf(need), error.message.split('\n')[0] ?? '');
      say?.(`Left out: ${error.message}`);
    }
  }

  private async measureOne(need: MeasuredNeed, setting: RunContext): Promise<void> {
    const options = { ...setting, seed: this.options.seed };
    const folder = await measureNeed(need, this.pace, options, this.measures);
    for (const app of appNames) await setting.runtime.stopSubject(app);
    if (folder.run.status !== 'complete') {
      this.failures.set(keyOf(need), `${folder.run.id} ended as ${folder.run.status}`);
      return;
    }
    this.runs.set(keyOf(need), folder);
    this.fresh.add(folder.run.id);
  }

  record(): RunFolder {
    const onDisk: OnDisk = {
      runs: this.runs,
      fresh: this.fresh,
      effort: effortHere(),
      floors: recordedFloors(resultsDir),
      failures: this.failures,
      subjectCores: this.subjectCores,
    };
    const design: ClaimsDesign = {
      kind: 'claims',
      asked: [...this.asked],
      ...gather(this.experiments, onDisk),
    };
    const ids = new Set(design.evidence.flatMap(({ sources }) => sources.map(({ run: id }) => id)));
    return recordClaims({
      resultsDir,
      arguments: process.argv.slice(2),
      seed: this.options.seed,
      design,
      measured: [...this.runs.values()].map((folder) => folder.run).filter(({ id }) => ids.has(id)),
    });
  }
}

/** For claims without any measured run. */
const nowhere: RunRecord['runtime'] = {
  kind: 'native',
  placement: { subject: [], database: [], generator: [], compromises: [] },
  postgres: 'none was asked',
  caveats: [],
};

/** @param measured the runs that the evidence came from: where they ran is where this holds */
function recordClaims(options: {
  resultsDir: string;
  arguments: string[];
  seed: number;
  design: ClaimsDesign;
  measured: readonly RunRecord[];
}): RunFolder {
  const { resultsDir, design, measured, seed } = options;
  const latest = [...measured].sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1))[0];
  const runtime = latest?.runtime ?? nowhere;
  const caveats = [...new Set(measured.flatMap((run) => run.runtime.caveats))];
  const folder = beginRun({
    kind: 'claims',
    arguments: options.arguments,
    seed,
    resultsDir,
    runtime: { facts: { ...runtime, caveats } },
    subjects: subjectsOf(measured),
    design,
    trials: [],
  });
  folder.update({ status: 'complete', endedAt: new Date().toISOString() });
  return folder;
}

/** Each once. */
const subjectsOf = (measured: readonly RunRecord[]): RunRecord['subjects'] => [
  ...new Map(
    measured.flatMap(({ subjects }) =>
      subjects.map((subject) => [JSON.stringify(subject), subject] as const),
    ),
  ).values(),
];
