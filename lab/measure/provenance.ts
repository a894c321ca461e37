// Where a run comes from: revision, locked versions, tools, machine.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { rootDir, toolsDir } from '../paths';
import type { RunRecord } from '../results/schemas';

type Provenance = Pick<RunRecord, 'revision' | 'locks' | 'tools' | 'host'>;

const lockFiles = [
  'package-lock.json',
  'apps/django/requirements.txt',
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
export function revision(env: NodeJS.ProcessEnv = process.env): RunRecord['revision'] {
  const named = env.HEADROOM_REVISION;
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

/** Figures of machines with different fingerprints are not to be mixed. */
export function thisHost(): RunRecord['host'] {
  const cpus = os.cpus();
  const facts = {
    cpuModel: cpus[0]?.model ?? 'unknown',
    cores: cpus.length,
    memoryBytes: os.totalmem(),
    kernel: os.release(),
  };
  return { ...facts, fingerprint: digest(JSON.stringify(facts)) };
}

const digest = (content: string | Buffer): string =>
  createHash('sha256').update(content).digest('hex').slice(0, 16);
