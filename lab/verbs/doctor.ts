// `lab doctor`: whether this machine can run the lab, and what to do where it cannot.
import type { Command } from 'commander';
import { configuration } from '../configuration/configuration';
import { renderDoctor } from '../doctor/check';
import { checkDocker, checkMachine } from '../doctor/machine';
import { checkPorts, type OwnLab } from '../doctor/ports';
import { checkTools } from '../doctor/tools';
import { rootDir, stateDir } from '../paths';
import { treeOf } from '../proc';
import { runningLab } from '../runtime/native/processes';
import { ports } from '../runtime/ports';

const exitEnvironment = 5;

export function register(program: Command): void {
  program
    .command('doctor')
    .description('check tools, ports and machine, and say what to do where something is missing')
    .option('--json', 'print the checks as JSON')
    .action(async (options: { json?: true }) => {
      const [tools, free, machine, docker] = await Promise.all([
        checkTools(),
        checkPorts(ports, ownLab(), { ownPostgres: configuration.postgresUrl !== undefined }),
        checkMachine(rootDir),
        checkDocker(),
      ]);
      const checks = [...tools, ...free, ...machine, docker];
      const ok = checks.every(({ status }) => status !== 'missing');
      const colour = process.stdout.isTTY && !configuration.isWithoutColour;
      console.log(options.json ? JSON.stringify({ ok, checks }) : renderDoctor(checks, { colour }));
      if (!ok) process.exitCode = exitEnvironment;
    });
}

function ownLab(): OwnLab | undefined {
  const lab = runningLab(stateDir);
  return lab && { verb: lab.verb, pids: treeOf(lab.owner.pid) };
}
