// `lab down`: ends the lab that is up here, in order, whatever it does.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { environmentError } from '../errors';
import { stateDir } from '../paths';
import { isAlive } from '../proc';
import { runningLab } from '../runtime/native/processes';
import { verbOf } from './status';

/** Longer than its slowest part may take. */
const graceSeconds = 45;
const pollMs = 100;

export function register(program: Command): void {
  program
    .command('down')
    .description('end the lab that is up here; a run in progress stays as partial')
    .action(async () => {
      const lab = runningLab(stateDir);
      if (lab === undefined) {
        console.error('No lab is up here.');
        return;
      }
      const { owner } = lab;
      const verb = verbOf(owner.pid);
      process.kill(owner.pid, 'SIGTERM');
      for (let waitedMs = 0; isAlive(owner); waitedMs += pollMs) {
        if (waitedMs > graceSeconds * 1000) {
          throw environmentError(
            `\`${verb}\` (process ${owner.pid}) was asked to end and has not, ${graceSeconds} s on. End it with: kill -9 ${owner.pid}; its children end with it.`,
          );
        }
        await sleep(pollMs);
      }
      console.error(`\`${verb}\` has ended.`);
    });
}
