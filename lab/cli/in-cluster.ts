// A verb with `--runtime kubernetes`, asked for outside the cluster: the lab's own pod carries it out, and what it
// leaves is brought here.
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { appsDir, foldersVariable } from '../../contract/app-files';
import { apps, ownWorkload, ownWorkloadNames } from '../../contract/apps';
import { type Configuration, configuration } from '../configuration/configuration';
import { fileMeantBy, foldersAt } from '../configuration/named-files';
import { labVariables } from '../configuration/variables';
import { environmentError } from '../errors';
import { resultsDir } from '../paths';
import { withImports } from '../runtime/generator';
import {
  failureOf,
  inNamespace,
  kubectl,
  kubectlOptions,
  labPod,
} from '../runtime/kubernetes/kubectl';
import { requireUsualSettings } from '../runtime/subject';
import { abortOnSignals } from './interrupt';

/** As HEADROOM_RESULTS says in the lab's image. */
const resultsInPod = '/results';

/** Ends the lab in order when its input ends, as it does when whoever asked has gone. */
const untilInputEnds = `
exec 3<&0
node --require ts-node/register lab/main.ts "$@" </dev/null &
lab=$!
{ cat <&3; kill -TERM $lab; } >/dev/null 2>&1 &
wait $lab
`;

/** Where files of this machine are in the pod, below this by their paths. */
const filesInPod = '/tmp/here';
const pathInPod = (path: string): string => join(filesInPod, resolve(path));

/** A headroom.yaml among a verb's words (configuration/named-files.ts). */
const namesFile = /^(--[a-z-]+=)?((?:.*\/)?headroom\.yaml)/;

/** What the verb reads besides what is in the image. */
async function filesNeeded(): Promise<string[]> {
  const declared = apps.map(({ file }) => file).filter((file) => !file.startsWith(`${appsDir}/`));
  const workloads = ownWorkloadNames.flatMap((name) => ownWorkload(name)?.file ?? []);
  const scripts = await Promise.all(workloads.map(withImports));
  const { allowFile } = configuration;
  const files = [...declared, ...scripts.flat(), ...(allowFile === undefined ? [] : [allowFile])];
  return [...new Set(files)];
}

/**
 * What the lab itself reads, there as here: apps, hosts that may be loaded (in a flag and in a file), and what a
 * run says of its surroundings.
 */
export function variablesThere({ allowFile, allowHosts, otherCores, caveat }: Given): string[] {
  const there = {
    [foldersVariable]: foldersAt(pathInPod),
    [labVariables.allowFile.name]: allowFile && pathInPod(allowFile),
    [labVariables.allowHosts.name]: allowHosts?.join(),
    [labVariables.otherCores.name]: otherCores,
    [labVariables.caveat.name]: caveat,
  };
  return Object.entries(there).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}=${value}`,
  );
}

type Given = Pick<Configuration, 'allowFile' | 'allowHosts' | 'otherCores' | 'caveat'>;

async function takeThere(files: readonly string[], exec: readonly string[]): Promise<void> {
  // A link's file, and not where it points to here.
  const packed = ['-c', '-h', '-C', '/', ...files.map((file) => resolve(file).slice(1))];
  const taken = await execa('tar', packed, { reject: false, stdin: 'ignore' }).pipe(
    'kubectl',
    inNamespace(...exec),
    kubectlOptions(),
  );
  if (taken.failed) throw failureOf(taken);
}

export async function runInCluster(args: readonly string[]): Promise<void> {
  requireUsualSettings(configuration, 'kubernetes');
  const signal = abortOnSignals();
  const pod = await labPod(signal);
  const inPod = (...command: string[]) => [
    ...['exec', pod, '--stdin', '--container', 'lab', '--'],
    ...command,
  ];
  const list = async () => (await kubectl(...inPod('ls', resultsInPod))).split('\n');
  const before = await list();
  console.error(
    `In the cluster's pod ${pod}. Its live page: kubectl --namespace ${configuration.namespace} port-forward ${pod} 3100`,
  );
  const files = await filesNeeded();
  if (files.length > 0) {
    const unpack = `mkdir -p ${filesInPod} && tar -x -C ${filesInPod}`;
    await takeThere(files, inPod('bash', '-c', unpack));
  }
  const words = args.map((word) =>
    fileMeantBy(word).replace(namesFile, (_, option = '', path) => `${option}${pathInPod(path)}`),
  );
  const command = [
    'env',
    ...variablesThere(configuration),
    'bash',
    '-c',
    untilInputEnds,
    'lab',
    ...words,
  ];
  const exitCode = await carryOut(inPod(...command), signal);
  // A search that is resumed was there before, and has changed.
  const resumed = resumedIn(args);
  const made = (await list()).filter(
    (name) => !before.includes(name) || resumed.some((id) => name.startsWith(id)),
  );
  if (made.length > 0) await bringHere(inPod('tar', '-c', '-C', resultsInPod, ...made));
  process.exitCode = exitCode;
}

/** Runs, or beginnings of their names, that a verb goes on with. */
const resumedIn = (args: readonly string[]): string[] =>
  args.flatMap((word, index) => {
    if (args[index - 1] === '--resume') return word;
    return word.startsWith('--resume=') ? word.slice('--resume='.length) : [];
  });

/** @returns the exit code of the lab in its pod */
async function carryOut(exec: readonly string[], signal: AbortSignal): Promise<number> {
  let isEndTold = false;
  const hereAndNow = function* (line: string) {
    if (/^command terminated with exit code \d+$/.test(line)) isEndTold = true;
    else yield line.replaceAll(`${resultsInPod}/`, `${resultsDir}/`).replaceAll(filesInPod, '');
  };
  const running = execa('kubectl', inNamespace(...exec), {
    ...kubectlOptions(),
    stdin: 'pipe',
    stdout: [hereAndNow, 'inherit'],
    stderr: [hereAndNow, 'inherit', 'pipe'],
    // A terminal's Ctrl-C is for the lab alone, which passes it on.
    detached: true,
  });
  const interrupt = () => running.stdin.end();
  signal.addEventListener('abort', interrupt);
  if (signal.aborted) interrupt();
  const result = await running;
  signal.removeEventListener('abort', interrupt);
  if (result.exitCode === 0 || isEndTold) return result.exitCode ?? 1;
  throw environmentError(`The connection to the lab's pod was lost: ${failureOf(result).message}`);
}

async function bringHere(exec: readonly string[]): Promise<void> {
  const unpacked = await execa('kubectl', inNamespace(...exec), {
    ...kubectlOptions(),
    stdin: 'ignore',
  }).pipe('tar', ['-x', '--no-same-owner', '-C', resultsDir], { reject: false });
  if (!unpacked.failed) return;
  throw environmentError(
    `The run could not be copied to ${resultsDir}: ${unpacked.stderr}. It is still in the pod's ${resultsInPod}.`,
  );
}
