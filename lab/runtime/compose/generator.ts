// k6 in a container of its own, inside the compose network: no published port is in its way.
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Plan } from '../../../contract/plan';
import { passedTo } from '../../configuration/environment';
import { environmentError } from '../../errors';
import { graceSeconds, shareVariables } from '../generator';
import { generatorName, type Share } from '../generators';
import type { Processes } from '../native/processes';
import type { Generator } from '../runtime';
import type { ComposeCli } from './cli';
import type { Engine } from './engine';

export type ContainerGenerator = Generator & { readonly id: string };

export async function startContainerGenerator(options: {
  cli: ComposeCli;
  engine: Engine;
  processes: Processes;
  plan: Plan;
  planFile: string;
  onLine: (line: string) => void;
  cpus: readonly number[];
  labels: Record<string, string>;
  project: string;
  /** Where several share the load. */
  share?: Share | undefined;
}): Promise<ContainerGenerator> {
  const { cli, engine } = options;
  const printed = await cli.run(...k6RunArguments({ ...options, user: engine.fileOwner }));
  const id = printed.trim().split('\n').at(-1) ?? '';
  const tie = await tieToLab(options, id);

  const end = async () => {
    const ending = await engine.ending(id, options.onLine);
    await tie.ended;
    await engine.remove(id);
    return ending;
  };
  const ended = end().catch((error: Error) => {
    throw environmentError(`Docker's engine lost sight of k6: ${error.message}`, error);
  });
  return {
    id,
    ended,
    stop: async () => {
      await engine.kill(id, 'SIGINT');
      const isOver = await Promise.race([
        ended.then(Boolean, () => true),
        sleep(graceSeconds * 1000, false, { ref: false }),
      ]);
      if (!isOver) await engine.kill(id, 'SIGKILL');
    },
  };
}

/**
 * Arguments for `docker compose`. The trial's folder has the same path inside as outside, so that
 * plan.json and the path of the summary in it mean the same on both sides.
 */
export function k6RunArguments(options: {
  plan: Pick<Plan, 'scenario' | 'run' | 'trial'>;
  planFile: string;
  /** Who owns the files that k6 writes. */
  user: string;
  labels: Record<string, string>;
  project: string;
  share?: Share | undefined;
}): string[] {
  const { plan, planFile, user, labels, project, share } = options;
  const folder = dirname(planFile);
  const variables = { HEADROOM_PLAN: planFile, ...(share && shareVariables(share)) };
  const name = [project, 'k6', plan.run, plan.trial, ...(share ? [share.number] : [])].join('-');
  return [
    ...['run', '--detach', '--no-deps', '--no-TTY'],
    ...['--name', name],
    ...Object.entries(labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
    ...['--user', user, '--volume', `${folder}:${folder}`],
    ...Object.entries(variables).flatMap(([variable, value]) => ['--env', `${variable}=${value}`]),
    ...['k6', 'run', '--quiet', '--log-format', 'json', `scenarios/${plan.scenario}.ts`],
  ];
}

/**
 * The container is no child of the lab, but this client of it is: it ends when the lab does, even
 * by SIGKILL, and hands the signal that ends it on to k6.
 */
const tieToLab = (
  {
    processes,
    cpus,
    share,
  }: { processes: Processes; cpus: readonly number[]; share?: Share | undefined },
  id: string,
) =>
  processes.start({
    name: generatorName(share?.number),
    command: 'docker',
    args: ['attach', '--no-stdin', '--sig-proxy=true', id],
    env: passedTo('Docker'),
    cpus,
    stopSignal: 'SIGINT',
    graceSeconds,
  });
