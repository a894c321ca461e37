// What `lab claims` does about one question: looks for what is on disk, measures what is missing there,
// and records what both found.

import { LabError } from '../../errors';
import type { RunContext } from '../../measure/conductor';
import { thisHost } from '../../measure/provenance';
import { resultsDir } from '../../paths';
import { recordedFloors } from '../../results/noise-floors';
import type { RunFolder } from '../../results/run-folder';
import { allowedCpus, placeOn } from '../../runtime/native/placement';
import { appNames } from '../../runtime/subject';
import { claimsNamed, experimentsFor } from './analyse';
import { type claimPaces, distinct, runNeed, runsWanted, secondsOf } from './claim-needs';
import type { ClaimsDesign } from './design';
import { type Effort, effortFile, readEffort } from './effort';
import { findRun, runsHere } from './find-runs';
import { type Found, gather } from './gather';
import { measureEffort } from './measure-effort';
import { keyOf, type MeasuredNeed, type Need } from './needs';
import { type ClaimsPlan, sayNeed } from './plan-text';
import { recordClaims } from './record-claims';

type InquiryOptions = { quick?: boolean; fromDisk?: boolean; seed: number };

/** Start and memory are a machine's; those of another say nothing of this one. */
function effortHere(): Effort | undefined {
  const effort = readEffort(resultsDir);
  return effort?.host.fingerprint === thisHost().fingerprint ? effort : undefined;
}

/** One invocation: what is asked, what lies on disk for it, and what was measured since. */
export class Inquiry {
  readonly lacking: Need[];
  private readonly experiments: ReturnType<typeof experimentsFor>;
  private readonly runs = new Map<string, RunFolder>();
  private readonly fresh = new Set<string>();
  private readonly failures = new Map<string, string>();
  private readonly pace: 'quick' | 'full';
  // Before anything is pinned: afterwards this process sees the generator's cores alone.
  private readonly subjectCores = placeOn(allowedCpus()).subject.length;

  constructor(
    private readonly asked: readonly string[],
    private readonly options: InquiryOptions,
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

  /** Best first: a full run answers a quick question too, and from disk a short one is better than none. */
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

  plan(): ClaimsPlan {
    return {
      reused: [...this.runs.values()].map(({ run: record }) => record),
      measured: this.options.fromDisk
        ? []
        : this.lacking.map((need) => ({ need, seconds: secondsOf(need, this.pace) })),
      quick: this.pace === 'quick',
    };
  }

  /** What fails is told and left out; Ctrl-C ends it, and what was complete by then is found again. */
  async measure(setting: RunContext): Promise<void> {
    const { onFinding } = setting.events;
    for (const [index, need] of this.lacking.entries()) {
      if (need.kind === 'effort') continue;
      onFinding?.(`\n${index + 1} of ${this.lacking.length}: ${sayNeed(need)}`);
      await this.orLeftOut(need, () => this.meet(need, setting), onFinding);
    }
  }

  /** What needs the lab's state to itself, before the lab takes it. */
  async measureApart(): Promise<void> {
    for (const need of this.lacking) {
      if (need.kind !== 'effort') continue;
      await this.orLeftOut(need, measureEffort, console.error);
      this.fresh.add(effortFile('results'));
    }
  }

  private async orLeftOut(
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

  private async meet(need: MeasuredNeed, setting: RunContext): Promise<void> {
    const folder = await runNeed(need, this.pace, { ...setting, seed: this.options.seed });
    for (const app of appNames) await setting.runtime.stopSubject(app);
    if (folder.run.status !== 'complete') {
      this.failures.set(keyOf(need), `${folder.run.id} ended as ${folder.run.status}`);
      return;
    }
    this.runs.set(keyOf(need), folder);
    this.fresh.add(folder.run.id);
  }

  record(): RunFolder {
    const found: Found = {
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
      ...gather(this.experiments, found),
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
