// The first line of a run on disk: everything that is known before anything is measured, and where it comes
// from: revision, locked versions, tools, machine.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { join, relative } from 'node:path';
import { execaSync } from 'execa';
import { apps } from '../../contract/apps';
import { configuration, recordedConfiguration } from '../configuration/configuration';
import { labVariables } from '../configuration/variables';
import { rootDir, toolsDir } from '../paths';
import { identify } from '../proc';
import { fingerprintOf } from '../results/machine';
import { RunFolder } from '../results/run-folder';
import type { RunRecord } from '../results/schemas';
import { bounds } from '../results/trial/validity';
import { appCaveats } from '../runtime/apps';
import type { Runtime } from '../runtime/runtime';
import { requireServed } from './workloads';

export type PlannedTrial = Omit<RunRecord['trials'][number], 'number' | 'state'>;

export type RunHeader = {
  /** Its experiment. */
  kind: string;
  arguments: string[];
  seed: number;
  resultsDir: string;
  runtime: Pick<Runtime, 'facts' | 'tools'>;
  subjects: RunRecord['subjects'];
  /** What the analysis must know of the question; absent where the trials tell it all. */
  design?: RunRecord['design'];
  /** Those known beforehand. */
  trials: readonly PlannedTrial[];
};

export function beginRun({
  kind,
  resultsDir,
  runtime,
  subjects,
  design = null,
  trials,
  seed,
  arguments: args,
}: RunHeader): RunFolder {
  for (const { app, workload } of trials) requireServed(app, workload);
  const startedAt = new Date();
  return RunFolder.create(resultsDir, {
    schemaVersion: 1,
    id: runIdAt(startedAt, kind),
    kind,
    status: 'running',
    startedAt: startedAt.toISOString(),
    endedAt: null,
    owner: thisProcess(),
    arguments: args,
    seed,
    configuration: recordedConfiguration(runtime.facts.kind),
    ...provenance(runtime.facts.postgres, runtime.tools),
    runtime: {
      ...runtime.facts,
      caveats: [
        ...new Set([
          ...runtime.facts.caveats,
          ...toleranceCaveats(),
          ...subjects.flatMap(({ app }) => appCaveats(app)),
        ]),
      ],
    },
    subjects,
    design,
    trials: trials.map((trial, index) => ({ number: index + 1, ...trial, state: 'planned' })),
    incidents: [],
  });
}

export function thisProcess(): RunRecord['owner'] {
  const owner = identify(process.pid);
  if (owner === undefined) throw new Error('/proc does not know this process');
  return owner;
}

/** Sorts by time; the random end keeps two starts in one second apart. */
const runIdAt = (at: Date, kind: string): string =>
  `${at.toISOString().replace(/[-:]|\.\d+/g, '')}-${kind}-${randomBytes(2).toString('hex')}`;

// ---- where it comes from

type Provenance = Pick<RunRecord, 'revision' | 'locks' | 'tools' | 'host'>;

const lockFiles = [
  'package-lock.json',
  ...apps.flatMap(({ folder, native }) =>
    native?.python ? relative(rootDir, join(folder, native.python.requirements)) : [],
  ),
  'tools/k6/go.sum',
  'tools/prometheus/go.sum',
];

/** @param tools versions of what does not come from this machine's PATH */
export function provenance(postgres: string, tools?: RunRecord['tools']): Provenance {
  const locks = lockFiles.filter((file) => existsSync(join(rootDir, file)));
  return {
    revision: revision(),
    locks: Object.fromEntries(
      locks.map((file) => [file, digest(readFileSync(join(rootDir, file)))]),
    ),
    tools: {
      node: process.version.slice(1),
      ...(tools ?? {
        python: versionOf(join(toolsDir, 'venv/bin/python'), ['--version']),
        k6: versionOf('k6', ['version']),
        prometheus: versionOf('prometheus', ['--version']),
      }),
      postgres,
    },
    host: thisHost(),
  };
}

/**
 * Named by the environment where there is no git: an image is built with the revision that its label
 * (org.opencontainers.image.revision) bears.
 */
export function revision(): RunRecord['revision'] {
  const named = configuration.revision;
  if (named) {
    return { commit: named.replace(/-dirty$/, ''), dirty: named.endsWith('-dirty') };
  }
  const git = (...args: string[]) => execaSync('git', args, { cwd: rootDir }).stdout;
  try {
    return { commit: git('rev-parse', 'HEAD'), dirty: git('status', '--porcelain') !== '' };
  } catch {
    return null; // An archive without git, or before the first commit.
  }
}

function versionOf(command: string, args: string[]): string {
  try {
    return /\d+\.\d+(\.\d+)?/.exec(execaSync(command, args).stdout)?.[0] ?? 'unknown';
  } catch {
    return 'absent';
  }
}

export function thisHost(): RunRecord['host'] {
  const cpus = os.cpus();
  const facts = {
    cpuModel: cpus[0]?.model ?? 'unknown',
    cores: cpus.length,
    memoryBytes: os.totalmem(),
    kernel: os.release(),
  };
  return { ...facts, fingerprint: fingerprintOf(facts) };
}

const digest = (content: string | Buffer): string =>
  createHash('sha256').update(content).digest('hex').slice(0, 16);

// ---- neighbours

/** Figures with neighbours are figures of the neighbours too. */
function toleranceCaveats(): string[] {
  const { otherCores: cores } = configuration;
  if (cores === undefined) return [];
  return [
    `Other processes may take ${cores} of each part's cores before a step is void (${labVariables.otherCores.name}), instead of ${bounds.othersShare * 100} % of them: the figures are theirs too.`,
  ];
}
