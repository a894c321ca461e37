// What people type on the command line: numbers with their checks, and options that several verbs share.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { configuration } from '../configuration/configuration';
import type { Screen } from '../render/screen';
import type { Runtime } from '../runtime/runtime';
import { mostWorkers, profileNames } from '../runtime/subject';

const defaultSeed = 20260101;

export const seedOption = (): Option =>
  new Option('--seed <number>', 'seed of everything that is chosen at random')
    .default(defaultSeed)
    .argParser((text) => wholeNumber(text, 0, 2 ** 31 - 1));

/** Loaded when called: verbs that measure nothing have options too. */
const runtimes = {
  native: async (signal: AbortSignal) =>
    (await import('../runtime/native/native.ts')).NativeRuntime.open(console.error, signal),
  compose: async (signal: AbortSignal) =>
    (await import('../runtime/compose/compose.ts')).ComposeRuntime.open(console.error, signal),
  attached: async () => (await import('../runtime/attached/attached.ts')).AttachedRuntime.open(),
  kubernetes: async (signal: AbortSignal) =>
    (await import('../runtime/kubernetes/kubernetes.ts')).KubernetesRuntime.open(signal),
};

export type RuntimeName = keyof typeof runtimes;

/** Where an experiment's subjects live. */
export const runtimeOption = (): Option =>
  new Option('--runtime <kind>', 'where the subjects live')
    .choices(Object.keys(runtimes))
    .default('native');

/** More are a typing error. */
const mostGenerators = 1000;

export type MeasuringOptions = { runtime: RuntimeName; seed: number; json?: boolean };

/** Of every verb that measures: where, by which draw, and for whom it prints. */
export const withMeasuringOptions = (command: Command, printed = 'the findings'): Command =>
  command
    .addOption(runtimeOption())
    .addOption(seedOption())
    .option('--json', `print ${printed} as JSON`);

export const profileOption = (): Option =>
  new Option('--profile <name>', 'configuration').choices(profileNames).default('default');

export const workersOption = (): Option =>
  new Option('--workers <number>', 'worker processes, instead of the profile’s').argParser((text) =>
    wholeNumber(text, 1, mostWorkers),
  );

/** How many k6 share a load. */
export const generatorsOption = (): Option =>
  new Option(
    '--generators <number>',
    'k6 processes that share each load; auto: as many as its rates need',
  )
    .default(1)
    .argParser((text) => (text === 'auto' ? text : wholeNumber(text, 1, mostGenerators)));

/** @param signal ends what is still being brought up */
export const openRuntime = (name: RuntimeName, signal: AbortSignal): Promise<Runtime> =>
  runtimes[name](signal);

export function wholeNumber(text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  }
  return value;
}

/** Above 0. */
export function positive(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('Give a number above 0.');
}

/** A list such as 96,128. */
export const numbers = (text: string): number[] => text.split(',').map(positive);

/** Between 0 and 1. */
export function share(text: string): number {
  const value = positive(text);
  if (value < 1) return value;
  throw new InvalidArgumentError('Give a number between 0 and 1.');
}

/** 0.05, 5% and 5 all mean five per cent: nobody asks for a margin of 500 %. */
export function ratio(text: string): number {
  const bare = text.trim().replace(/\s*%$/, '');
  const value = Number(bare);
  if (bare === '' || !(value >= 0) || !Number.isFinite(value)) {
    throw new InvalidArgumentError('Give a ratio such as 0.05, or a percentage such as 5%.');
  }
  return bare !== text.trim() || value >= 1 ? value / 100 : value;
}

export function direction(text: string): string {
  if (text === 'higher' || text === 'lower') return text;
  throw new InvalidArgumentError('Say higher or lower.');
}

const secondsIn: Record<string, number> = { s: 1, m: 60, h: 3600 };

/** 90, 90s, 10m or 1h, in seconds. */
export function duration(text: string): number {
  const [, number = '', unit = 's'] = /^([\d.]+) ?([smh])?$/.exec(text.trim()) ?? [];
  const seconds = Number(number) * (secondsIn[unit] ?? Number.NaN);
  if (number !== '' && seconds > 0 && Number.isFinite(seconds)) return seconds;
  throw new InvalidArgumentError('Give a time such as 90s, 10m or 1h.');
}

/** 0.05, 0.05/h or 36/month would differ by what nobody typed: an hour, or nothing. */
export function pricePerHour(text: string): number {
  const [, amount = ''] = /^([\d.]+)(?:\/h)?$/.exec(text.trim()) ?? [];
  const price = Number(amount);
  if (amount !== '' && Number.isFinite(price)) return price;
  throw new InvalidArgumentError('Give a price per hour, such as 0.05/h.');
}

/** For a run's record, which is shown to everybody: the path of a webhook is its password. */
export const withoutSecrets = (args: readonly string[]): string[] =>
  args.map((text, index) => {
    if (args[index - 1] === '--webhook') return '(left out)';
    return text.startsWith('--webhook=') ? '--webhook=(left out)' : text;
  });

/** What was found on stdout: for machines with --json, else for people. */
export function printResult<T>(
  { json }: { json?: boolean },
  result: T,
  render: (result: T, screen: Screen) => string,
): void {
  process.stdout.write(
    json ? `${JSON.stringify(result, null, 2)}\n` : render(result, screenOf(process.stdout)),
  );
}

/** Of the terminal that a verb prints on; some do not tell their width, and then call it 0. */
export const screenOf = ({ isTTY, columns }: NodeJS.WriteStream): Screen => ({
  columns: (isTTY && columns) || Infinity,
  isColoured: isTTY && !configuration.isWithoutColour,
});
