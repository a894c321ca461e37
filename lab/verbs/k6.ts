// `lab k6 …`: k6 itself, pointed at the lab that is up, so that a run by hand feeds its dashboards.
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { execa } from 'execa';
import { ownVariables, passedTo } from '../configuration/environment';
import { environmentError } from '../errors';
import { stateDir } from '../paths';
import { runningLab } from '../runtime/native/processes';
import { registerManifest } from './k6-manifest';
import { k6EnvFile } from './up';

export function register(program: Command): void {
  const k6 = program
    .command('k6')
    .description('run k6 by hand while the lab is up: lab k6 run k6/scenarios/scaling.ts')
    .argument('[arguments...]', 'for k6: everything that stands here, as it stands')
    .helpOption(false)
    .allowUnknownOption()
    .action(async (args: string[]) => {
      if (runningLab(stateDir)?.verb.startsWith('lab up') !== true) {
        throw environmentError(
          'The lab is not up, so k6 has nothing to load: npm run lab -- up, in another terminal.',
        );
      }
      if (!existsSync(k6EnvFile)) {
        throw environmentError(
          'The lab is still starting: try again once `lab up` has printed its addresses.',
        );
      }
      // The terminal sends Ctrl-C to k6 too, which ends its run and writes its summary.
      const wait = () => {};
      process.on('SIGINT', wait);
      const { exitCode = 1 } = await execa(
        'sh',
        ['-c', '. "$0" && exec k6 "$@"', k6EnvFile, ...args],
        {
          ...{ stdio: 'inherit', reject: false, extendEnv: false },
          env: { ...passedTo('k6 by hand'), ...ownVariables() },
        },
      );
      process.off('SIGINT', wait);
      process.exitCode = exitCode;
    });
  registerManifest(k6);
}
