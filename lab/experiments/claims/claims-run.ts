// One run of `lab claims`: looks for what is on disk, measures what is missing, and records both. It
// measures nothing of its own kind.

import { LabError } from '../../errors';
import { beginRun, thisHost } from '../../measure/begin-run';
import type { RunContext } from '../../measure/conductor';
import { resultsDir } from '../../paths';
import { fingerprintOf } from '../../results/machine';
import { RunFolder, readOrTell } from '../../results/run-folder';
import type { RunRecord } from '../../results/schemas';
import { placeOn } from '../../runtime/native/placement';
import { spawnLab } from '../../runtime/native/processes';
import { readTopology } from '../../runtime/native/topology';
import { appNames } from '../../runtime/subject';
import { claimsNamed, experimentsFor } from './catalogue';
import type { ClaimsDesign } from './design';
import { type Effort, readEffort } from './effort';
import { effortSource, type Found, gather, isAnswer, isPossible, runsHere } from './gather';
import { keyOf, type Measures, type Need, type Pace, type Task, taskOf } from './needs';

export type ClaimsOptions = { quick?: boolean; fromDisk?: boolean; seed: number };

/** What is asked, what is on disk for it, and what has been measured since. */
export class ClaimsRun implements Found {
  /** In the order of measuring. */
  readonly lacking: readonly { key: string; task: Task }[];
  readonly answers = new Map<string, RunFolder | Effort>();
  readonly failures = new Map<string, string>();
  readonly fresh = new Set<string>();
  // Read before anything is pinned: afterwards this process only sees the generator's cores.
  readonly subjectCores = placeOn(readTopology()).subject.length;
  private readonly experiments: ReturnType<typeof experimentsFor>;

  constructor(
    private readonly asked: readonly string[],
    private readonly options: ClaimsOptions,
    private readonly measures: Measures,
  ) {
    const { quick, fromDisk } = options;
    this.experiments = experimentsFor(claimsNamed(asked));
    const needs = distinct(
      this.experiments
        .filter(([, experiment]) => isPossible(experiment, this.subjectCores))
        .flatMap(([, { needs: own }]) => own),
    );
    // Best first: a full run also answers a quick question, and from disk a short one beats none.
    this.lookUp(needs, quick || fromDisk ? ['full', 'quick'] : ['full']);
    this.lacking = needs
      .filter((need) => !this.answers.has(keyOf(need)))
      .map((need) => ({ key: keyOf(need), task: taskOf(need, quick ? 'quick' : 'full') }));
  }

  private lookUp(needs: readonly Need[], paces: readonly Pace[]): void {
    const onDisk = runsHere(resultsDir, thisHost().fingerprint);
    for (const need of needs) {
      const found =
        need.kind === 'effort'
          ? effortHere()
          : paces
              .map((pace) => onDisk.find((folder) => isAnswer(folder, need, pace)))
              .find((run) => run !== undefined);
      if (found) this.answers.set(keyOf(need), found);
    }
  }

  get runs(): RunRecord[] {
    const folders = [...this.answers.values()].filter((answer) => answer instanceof RunFolder);
    return folders.map(({ run }) => run);
  }

  /** Whether anything is to be measured on a lab of its own. */
  get needsStack(): boolean {
    return this.lacking.some(({ task }) => task.measure !== undefined);
  }

  /** A need that fails is reported and left out. After Ctrl-C, complete runs are found again. */
  async measure(context: RunContext): Promise<void> {
    const setting = { ...context, seed: this.options.seed };
    const say = context.events.onFinding ?? (() => {});
    for (const [index, { key, task }] of this.lacking.entries()) {
      if (!task.measure) continue;
      const left = formatDuration(secondsOf(this.lacking.slice(index)));
      say(`\n${index + 1} of ${this.lacking.length}, about ${left} left: ${task.title}`);
      const folder = await this.orFailure(key, say, () => task.measure?.(setting, this.measures));
      if (!folder) continue;
      for (const app of appNames) await context.runtime.stopSubject(app);
      const { id, status } = folder.run;
      if (status !== 'complete') {
        this.failures.set(key, `${id} ended as ${status}`);
        continue;
      }
      this.answers.set(key, folder);
      this.fresh.add(id);
    }
  }

  /** What needs the lab's state for itself, before the lab takes it. */
  async measureApart(): Promise<void> {
    for (const { key, task } of this.lacking) {
      if (task.measure) continue;
      const effort = await this.orFailure(key, console.error, measureEffort);
      if (effort) this.answers.set(key, effort);
      this.fresh.add(effortSource);
    }
  }

  private async orFailure<T>(
    key: string,
    say: (text: string) => void,
    work: () => Promise<T> | undefined,
  ): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof LabError) || error.exitCode === 130) throw error;
      this.failures.set(key, error.message.split('\n')[0] ?? '');
      say(`Left out: ${error.message}`);
      return undefined;
    }
  }

  record(): RunFolder {
    const gathered = gather(this.experiments, this);
    const design: ClaimsDesign = { kind: 'claims', asked: [...this.asked], ...gathered };
    const used = new Set(design.evidence.flatMap(({ sources }) => sources.map(({ run }) => run)));
    const measured = this.runs
      .filter(({ id }) => used.has(id))
      .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
    // Where the runs were made is where this holds.
    const caveats = distinct(measured.flatMap(({ runtime }) => runtime.caveats));
    const folder = beginRun({
      kind: 'claims',
      arguments: process.argv.slice(2),
      seed: this.options.seed,
      resultsDir,
      runtime: { facts: { ...(measured[0]?.runtime ?? nowhere), caveats } },
      subjects: distinct(measured.flatMap(({ subjects }) => subjects)),
      design,
      trials: [],
    });
    folder.update({ status: 'complete', endedAt: new Date().toISOString() });
    return folder;
  }
}

export const secondsOf = (lacking: ClaimsRun['lacking']): number =>
  lacking.reduce((sum, { task }) => sum + task.seconds, 0);

export const formatDuration = (seconds: number): string =>
  seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;

/** For claims without any measured run. */
const nowhere: RunRecord['runtime'] = {
  kind: 'native',
  placement: { subject: [], database: [], generator: [], compromises: [] },
  postgres: 'none was asked',
  caveats: [],
};

/** Each once, in the order of their first appearance. */
const distinct = <T>(values: readonly T[]): T[] => [
  ...new Map(values.map((value) => [JSON.stringify(value), value])).values(),
];

/** Start and memory depend on the machine, so only this machine's count. */
function effortHere(): Effort | undefined {
  const effort = readOrTell(() => readEffort(resultsDir));
  return effort && fingerprintOf(effort.host) === thisHost().fingerprint ? effort : undefined;
}

/**
 * `npm run bench -- effort` in a process of its own, because it claims the lab's state and pins itself to
 * cores. Its table goes to stderr: stdout is for this command's own output.
 */
async function measureEffort(): Promise<Effort | undefined> {
  const { exitCode, signal } = await spawnLab(['bench', 'effort'], {
    stdout: process.stderr,
    stderr: 'inherit',
  });
  if (exitCode === 0) return effortHere();
  throw new LabError(
    exitCode === 130 ? 130 : 5,
    `bench effort ended with ${exitCode ?? signal}; \`npm run bench -- effort\` says why`,
  );
}
