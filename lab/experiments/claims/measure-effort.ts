// `npm run bench -- effort` from within the lab: a process of its own, because it claims the lab's
// state and pins itself to cores.
import { LabError } from '../../errors';
import { spawnLab } from '../../runtime/native/processes';

/** Its table goes to stderr: stdout belongs to whoever asked. */
export async function measureEffort(): Promise<void> {
  const { exitCode, signal } = await spawnLab(['bench', 'effort'], {
    stdout: process.stderr,
    stderr: 'inherit',
  });
  if (exitCode === 0) return;
  throw new LabError(
    exitCode === 130 ? 130 : 5,
    `bench effort ended with ${exitCode ?? signal}; \`npm run bench -- effort\` says why`,
  );
}
