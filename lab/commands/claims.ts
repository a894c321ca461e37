// `lab claims [ID...]`: what articles say about the two, judged by what is on disk and what is missing
// there.
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { claims as catalogue } from '../analysis/claims/catalogue';
import { type ClaimsDesign, claimsNamed, experimentsFor } from '../analysis/claims/claims';
import { keyOf, type MeasuredNeed, type Need } from '../analysis/claims/needs';
import { LabError, usageError } from '../errors';
import {
  carryOut,
  type claimPaces,
  distinct,
  runsWanted,
  secondsOf,
} from '../experiment/claim-needs';
import { measureEffort } from '../experiment/measure-effort';
import { thisHost } from '../experiment/provenance';
import { recordClaims } from '../experiment/record-claims';
import { resultsDir, rootDir } from '../paths';
import { claimsFileOf, writeDocuments } from '../report/claims/claims-file';
import { findRun, runsHere } from '../report/claims/find-runs';
import { type Found, gather } from '../report/claims/gather';
import { renderClaimsPage } from '../report/claims/markdown';
import { renderPlan, sayNeed } from '../report/claims/plan-text';
import { allowedCpus, placeOn } from '../runtime/placement';
import { appNames } from '../runtime/subject';
import { effortFile, readEffort } from '../store/effort';
import { recordedFloors } from '../store/noise-floors';
import type { RunFolder } from '../store/run-folder';
import { conducting, type Setting } from './conducting';
import { writeFindings } from './finish';
import { seedOption } from './options';
import { print } from './print';

type Options = {
  quick?: boolean;
  fromDisk?: boolean;
  doc?: string;
  seed: number;
  json?: boolean;
};

export function register(program: Command): void {
  program
    .command('claims')
    .description('test what articles claim about Express and Django, one by one')
    .argument(
      '[claims...]',
      'ids of the catalogue, such as express-faster; all, where none is named',
    )
    .option('--quick', 'short runs, so that every figure is indicative: to see it work')
    .option('--from-disk', 'measure nothing: what is not on disk is not enough evidence')
    .option('--doc <file>', 'also write the page and its data there, and the table of README.md')
    .addOption(seedOption())
    .option('--json', 'print the findings as JSON')
    .action(run);
}

async function run(asked: string[], options: Options): Promise<void> {
  const unknown = asked.find((id) => !catalogue.some((claim) => claim.id === id));
  if (unknown !== undefined) {
    const known = catalogue.map(({ id }) => id).join(', ');
    throw usageError(`No claim is called "${unknown}": there are ${known}.`);
  }
  if (options.doc && !options.doc.endsWith('.md')) {
    throw usageError(`--doc is "${options.doc}": give a file that ends in .md.`);
  }
  const inquiry = new Inquiry(asked, options);
  console.error(renderPlan(inquiry.plan()));
  if (inquiry.lacking.length === 0 || options.fromDisk) {
    conclude(inquiry.record(), options);
    return;
  }
  await inquiry.measureApart();
  await conducting(
    { runtime: 'native', json: options.json ?? false },
    async (setting) => {
      await inquiry.measure(setting);
      return inquiry.record();
    },
    (folder) => conclude(folder, options),
  );
}

function conclude(folder: RunFolder, { json = false, doc }: Options): void {
  const { run: record } = folder;
  if (record.design?.kind !== 'claims') throw new Error('not a run of claims');
  const file = claimsFileOf(record, record.design);
  folder.write('claims.json', file);
  folder.writeText('claims.md', renderClaimsPage(file));
  writeFindings(folder);
  if (doc !== undefined) {
    const page = resolve(doc);
    const inClone = page.startsWith(`${rootDir}/`);
    writeDocuments(file, page, inClone ? join(rootDir, 'README.md') : undefined);
  }
  print(folder, json);
  console.error(`\nReport: ${folder.path}/report.html; claims.md beside it is the same as text.`);
}

/** One invocation: what is asked, what lies on disk for it, and what was measured since. */
class Inquiry {
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
    private readonly options: Options,
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
    return need.kind === 'effort'
      ? readEffort(resultsDir) !== undefined
      : this.runs.has(keyOf(need));
  }

  plan() {
    return {
      reused: [...this.runs.values()].map(({ run: record }) => record),
      measured: this.options.fromDisk
        ? []
        : this.lacking.map((need) => ({ need, seconds: secondsOf(need, this.pace) })),
      quick: this.pace === 'quick',
    };
  }

  /** What fails is told and left out; Ctrl-C ends it, and what was complete by then is found again. */
  async measure(setting: Setting): Promise<void> {
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

  private async meet(need: MeasuredNeed, setting: Setting): Promise<void> {
    const folder = await carryOut(need, this.pace, { ...setting, seed: this.options.seed });
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
      effort: readEffort(resultsDir),
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
