// k6 as a child of the lab: the command line and environment that make it run a plan.
import { totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import type { Plan } from '../../contract/plan';
import { configuration } from '../configuration/configuration';
import { passedTo } from '../configuration/environment';
import { labVariables, prefixOf } from '../configuration/variables';
import { usageError } from '../errors';
import { rootDir, stateDir } from '../paths';
import { writeFileAtomic } from '../results/atomic';
import { makeFolder } from '../system-errors';
import { generatorName, type Share, startTogether } from './generators';
import type { Processes } from './native/processes';
import { freePort, requireFreePort } from './ports';
import type { Generator, OnLine } from './runtime';

/** k6 writes its summary within this after being asked to stop; then it is killed. */
export const graceSeconds = 15;

/** With the process of each k6, by its number. */
export type NativeGenerator = Generator & { readonly pids: readonly number[] };

type GeneratorOptions = {
  processes: Processes;
  plan: Plan;
  planFile: string;
  onLine: OnLine;
  /** Where k6 serves its own metrics, the first of several. */
  address: string;
  prometheusUrl: string;
  cpus: readonly number[];
};

/** As many as the plan says, each on cores of its own while there are enough. */
export async function startGenerators(options: GeneratorOptions): Promise<NativeGenerator> {
  const { plan, cpus } = options;
  const { generators: count } = plan;
  const script = await scriptOf(plan);
  if (count === undefined) {
    const { pid, ...generator } = await startOne({ ...options, script });
    return { ...generator, pids: [pid] };
  }
  const { all, ...together } = await startTogether(count, { host: '127.0.0.1' }, async (share) => {
    const { number } = share;
    const address = number === 1 ? options.address : `127.0.0.1:${await freePort()}`;
    const own = { address, cpus: cpusOfShare(cpus, number, count) };
    return startOne({ ...options, ...own, script }, share);
  });
  return { ...together, pids: all.map(({ pid }) => pid) };
}

export function cpusOfShare(cpus: readonly number[], number: number, count: number): number[] {
  const each = Math.max(1, Math.floor(cpus.length / count));
  const own = Array.from({ length: each }, (_, index) => (number - 1) * each + index);
  return own.map((place) => cpus[place % cpus.length] ?? 0);
}

async function startOne(
  { script, planFile, address, prometheusUrl, ...options }: GeneratorOptions & { script: string },
  share?: Share,
): Promise<Generator & { pid: number }> {
  const number = share?.number ?? 1;
  await requireFreePort('k6', Number(address.split(':').at(-1)));
  const child = await options.processes.start({
    name: generatorName(number),
    command: 'k6',
    args: k6Arguments(script, address),
    env: {
      ...k6Environment(planFile, prometheusUrl, options.plan.generators),
      ...(share && shareVariables(share)),
    },
    cpus: options.cpus,
    stopSignal: 'SIGINT',
    graceSeconds,
    onErrorLine: (line) => options.onLine(line, number),
  });
  return {
    pid: child.pid,
    ended: child.ended,
    stop: async () => {
      await child.stop();
    },
  };
}

/** In place of the user's own, which could move the load or cut it. */
const k6ConfigFile = join(rootDir, 'k6/config.json');

export const scenarioFile = (scenario: string): string =>
  join(rootDir, 'k6/scenarios', `${scenario}.ts`);

/**
 * The script of a plan: the scenario's, or for a workload that somebody brings, one that makes it known to the
 * scenario first.
 */
async function scriptOf({ scenario, workload, workloadFile }: Plan): Promise<string> {
  const script = scenarioFile(scenario);
  const folder = join(stateDir, 'k6');
  makeFolder(folder);
  if (workloadFile === undefined) return inOneFile(script, join(folder, `${scenario}.js`));
  const imported = (path: string) => JSON.stringify(pathToFileURL(path).href);
  const [own, entry] = ['workload.ts', 'scenario.ts'].map((name) => join(folder, name)) as [
    string,
    string,
  ];
  writeFileAtomic(
    own,
    `import { declareOwn } from ${imported(join(rootDir, 'k6/lib/own-workload.ts'))};
import * as file from ${imported(workloadFile)};
declareOwn(${JSON.stringify(workload)}, ${JSON.stringify(workloadFile)}, file);
export default function none() {}
`,
  );
  await requireLoads(own, workloadFile);
  writeFileAtomic(
    entry,
    `import ${imported(own)};
export * from ${imported(script)};
export { default } from ${imported(script)};
`,
  );
  return entry;
}

/**
 * A script, and the files that it imports. Where one of them is missing or cannot be read, the script alone: k6
 * says so when it loads it. What a script reads with open() is not among them.
 */
export async function withImports(script: string): Promise<string[]> {
  const { build } = await import('esbuild');
  try {
    const { metafile } = await build({
      ...{ entryPoints: [script], bundle: true, format: 'esm', platform: 'neutral' },
      ...{ external: ['k6', 'k6/*', 'https://*'], metafile: true, write: false },
      ...{ absWorkingDir: '/', logLevel: 'silent' },
    });
    return Object.keys(metafile.inputs).map((path) => resolve('/', path));
  } catch {
    return [script];
  }
}

/** k6 keeps each module for each user: in one file, they take little more than half of the memory. */
export async function inOneFile(script: string, outfile: string): Promise<string> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    ...{ entryPoints: [script], outfile, bundle: true, format: 'esm', platform: 'neutral' },
    ...{ external: ['k6', 'k6/*'], sourcemap: 'inline', write: false },
  });
  // Another lab of this clone may be reading it.
  for (const { contents } of outputFiles) writeFileAtomic(outfile, contents);
  return outfile;
}

/** @throws LabError saying why k6 cannot load the file */
async function requireLoads(script: string, workloadFile: string): Promise<void> {
  const { failed, stderr } = await execa('k6', ['inspect', '--log-format', 'json', script], {
    ...{ env: passedTo('k6'), extendEnv: false, reject: false, stdin: 'ignore' },
    timeout: inspectTimeoutMs,
  });
  if (!failed) return;
  const said = stderr.trim().split('\n').map(messageIn).join('; ') || 'k6 gave no reason';
  const [first = ''] = said.replace(/^(\S*Error: )+/, '').split('\n');
  throw usageError(
    first.includes(workloadFile) ? first : `${workloadFile} cannot be loaded: ${first}`,
  );
}

const inspectTimeoutMs = 30_000;

function messageIn(line: string): string {
  try {
    return String(JSON.parse(line).msg);
  } catch {
    return line;
  }
}

export function k6Arguments(script: string, address: string): string[] {
  return [
    ...['run', '--config', k6ConfigFile, '--quiet', '--log-format', 'json', '--address', address],
    ...['--out', 'experimental-prometheus-rw'],
    script,
  ];
}

/** @param sharing how many k6 share the memory of this machine, or of this container */
export function k6Environment(
  planFile: string,
  prometheusUrl: string,
  sharing = 1,
): Record<string, string> {
  const { allowFile } = configuration;
  return {
    ...passedTo('k6'),
    ...(allowFile !== undefined && { [labVariables.allowFile.name]: allowFile }),
    ...networkVariables(),
    HEADROOM_PLAN: planFile,
    ...memoryVariables(sharing),
    ...outputVariables(prometheusUrl),
  };
}

/**
 * Fewer collections than Go's own choice: a sixth less CPU per request. k6 would then take up to five times what it
 * holds, so it collects more often once it comes near to its part of the memory.
 */
export const memoryVariables = (sharing = 1): Record<string, string> => ({
  GOGC: '400',
  GOMEMLIMIT: `${Math.floor(k6MemoryMiB() / sharing)}MiB`,
});

/** What k6 may take. In a container the lab is beside it; on a whole machine everything is. */
export function k6MemoryMiB(): number {
  const [own, all] = [process.constrainedMemory() ?? 0, totalmem()];
  const bytes = own > 0 && own < all ? own * 0.6 : all / 4;
  return Math.floor(bytes / 2 ** 20);
}

/** Read by k6/lib/guard.ts. */
export const networkVariables = (): Record<string, string> =>
  configuration.inNetwork === '1' ? { [labVariables.inNetwork.name]: '1' } : {};

/** Read by k6/lib/generators.ts. */
export const shareVariables = ({ number, barrierUrl }: Share): Record<string, string> => ({
  HEADROOM_GENERATOR: String(number),
  HEADROOM_BARRIER: barrierUrl,
});

/** How k6 writes the series that the dashboards show. */
export const outputVariables = (prometheusUrl: string): Record<string, string> => ({
  K6_NO_USAGE_REPORT: 'true',
  K6_AUTO_EXTENSION_RESOLUTION: 'false',
  K6_FEATURES: 'native-histograms',
  K6_PROMETHEUS_RW_SERVER_URL: `${prometheusUrl}/api/v1/write`,
  K6_PROMETHEUS_RW_PUSH_INTERVAL: '2s',
  K6_PROMETHEUS_RW_STALE_MARKERS: 'true',
});

/** What a k6 that somebody runs by hand needs to find this lab's apps, and its dashboards to show it. */
export const variablesByHand = (options: {
  urls: Record<string, string>;
  address: string;
  prometheusUrl: string;
}): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(options.urls).map(([app, url]) => [`${prefixOf(app)}_URL`, url]),
  ),
  K6_CONFIG: k6ConfigFile,
  K6_ADDRESS: options.address,
  K6_OUT: 'experimental-prometheus-rw',
  ...outputVariables(options.prometheusUrl),
});
