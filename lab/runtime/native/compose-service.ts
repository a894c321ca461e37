// A service of a compose file of somebody's own, as a subject: the lab starts it with what it depends on, and
// takes down what it started.
import { execa } from 'execa';
import { passedTo } from '../../configuration/environment';
import { environmentError } from '../../errors';

export type ComposeFile = { folder: string; file: string };

/** Enough to know what to take down: the services that had containers before this one was started. */
export type StartedService = ComposeFile & { service: string; before: string[] };

/** @throws LabError with what docker said last */
export async function compose(
  { folder, file }: ComposeFile,
  args: readonly string[],
  cancelSignal?: AbortSignal,
): Promise<string> {
  const result = await execa('docker', ['compose', '--file', file, ...args], {
    ...{ cwd: folder, env: passedTo('Docker'), extendEnv: false },
    // In a group of its own: Ctrl-C ends the lab, which then takes down what came up.
    ...{ reject: false, stdin: 'ignore', detached: true },
    ...(cancelSignal && { cancelSignal }),
  });
  if (!result.failed) return result.stdout.trim();
  const last = result.stderr?.trim().split('\n').at(-1) || result.shortMessage;
  throw environmentError(`\`docker compose ${args.join(' ')}\` in ${folder} failed: ${last}`);
}

export const servicesThere = async (file: ComposeFile): Promise<string[]> =>
  (await compose(file, ['ps', '--all', '--services'])).split('\n').filter(Boolean);

/** What it depends on came up with it. */
export async function takeDown({ service, before, ...file }: StartedService): Promise<void> {
  const added = (await servicesThere(file)).filter(
    (name) => !before.includes(name) || name === service,
  );
  if (before.length === 0) await compose(file, ['down']);
  else if (added.length > 0) await compose(file, ['rm', '--force', '--stop', ...added]);
}
