// `lab doctor`: whether this machine can run the lab, and what to do where it cannot.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { execa } from 'execa';
import { composeChoices } from '../configuration/compose';
import { configuration } from '../configuration/configuration';
import { renderDoctor } from '../doctor/check';
import { checkCloneModes, checkOwner, envFileFor } from '../doctor/containers';
import { bytesToSetUp, checkDocker, checkMachine, coresHere } from '../doctor/machine';
import { checkPorts, type OwnLab } from '../doctor/ports';
import { checkTools } from '../doctor/tools';
import { environmentError, usageError } from '../errors';
import { rootDir, stateDir, toolsDir } from '../paths';
import { treeOf } from '../proc';
import { writeFileAtomic } from '../results/atomic';
import { runningLab } from '../runtime/native/processes';
import { ports } from '../runtime/ports';

const exitEnvironment = 5;

export function register(program: Command): void {
  program
    .command('doctor')
    .description('check tools, ports and machine, and say what to do where something is missing')
    .option('--json', 'print the checks as JSON')
    .option('--env [file]', 'write a .env for `docker compose` that makes the most of this machine')
    .option('--pin-downloads', 'for maintainers: record the SHA-256 of the release archives')
    .action(async (options: { json?: true; env?: true | string; pinDownloads?: true }) => {
      const { env } = options;
      if (env) return writeEnvFile(env === true ? join(rootDir, '.env') : env);
      if (options.pinDownloads) return pinDownloads();
      const [tools, free, machine, docker] = await Promise.all([
        checkTools(),
        checkPorts(ports, ownLab(), { ownPostgres: configuration.postgresUrl !== undefined }),
        checkMachine(rootDir, await bytesToSetUp(rootDir, toolsDir)),
        checkDocker(),
      ]);
      const containers =
        docker.status === 'ok'
          ? [...checkCloneModes(rootDir), ...checkOwner(process.getuid?.() ?? 0, composeChoices())]
          : [];
      const checks = [...tools, ...free, ...machine, docker, ...containers];
      const ok = checks.every(({ status }) => status !== 'missing');
      const colour = process.stdout.isTTY && !configuration.isWithoutColour;
      console.log(options.json ? JSON.stringify({ ok, checks }) : renderDoctor(checks, { colour }));
      if (!ok) process.exitCode = exitEnvironment;
    });
}

function writeEnvFile(file: string): void {
  if (existsSync(file)) {
    throw usageError(
      `${file} already exists, and may hold choices of yours: move it away, or name another file (--env FILE).`,
    );
  }
  const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const text = envFileFor(coresHere(), owner);
  writeFileAtomic(file, text);
  console.log(`${text}\nWritten to ${file}; \`docker compose up\` reads it.`);
}

/** As set-up downloads them, and by the same Node: proxies are honoured. */
async function pinDownloads(): Promise<void> {
  const { failed } = await execa(
    process.execPath,
    [join(rootDir, 'lab/setup/download.mjs'), '--pin'],
    { stdio: 'inherit', env: { NODE_USE_ENV_PROXY: '1' }, reject: false },
  );
  if (failed) throw environmentError('Nothing was pinned: the line above says why.');
}

function ownLab(): OwnLab | undefined {
  const lab = runningLab(stateDir);
  return lab && { verb: lab.verb, pids: treeOf(lab.owner.pid) };
}
