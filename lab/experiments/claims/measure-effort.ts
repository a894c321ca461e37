// `npm run bench -- effort` from within the lab: a process of its own, because it claims the lab's
// state and pins itself to cores.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { LabError } from '../../errors';
import { rootDir } from '../../paths';

/** Its table goes to stderr: stdout belongs to whoever asked. */
export function measureEffort(): Promise<void> {
  const main = join(rootDir, 'lab/main.ts');
  const child = spawn(
    process.execPath,
    ['--require', 'ts-node/register', main, 'bench', 'effort'],
    { cwd: rootDir, stdio: ['ignore', process.stderr, process.stderr] },
  );
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) return resolve();
      const exitCode = code === 130 ? 130 : 5;
      reject(
        new LabError(
          exitCode,
          `bench effort ended with ${code}; \`npm run bench -- effort\` says why`,
        ),
      );
    });
  });
}
