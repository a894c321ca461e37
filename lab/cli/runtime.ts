// Where an experiment's subjects live: the --runtime option.
import { Option } from 'commander';
import { AttachedRuntime } from '../runtime/attached/attached';
import { ComposeRuntime } from '../runtime/compose/compose';
import { NativeRuntime } from '../runtime/native/native';
import type { Runtime } from '../runtime/runtime';

const runtimes = {
  native: () => NativeRuntime.open(console.error),
  compose: (signal: AbortSignal) => ComposeRuntime.open(console.error, signal),
  attached: () => AttachedRuntime.open(),
};

export type RuntimeName = keyof typeof runtimes;

export const runtimeOption = (): Option =>
  new Option('--runtime <kind>', 'where the subjects live')
    .choices(Object.keys(runtimes))
    .default('native');

/** @param signal ends what is still being brought up */
export const openRuntime = (name: RuntimeName, signal: AbortSignal): Promise<Runtime> =>
  runtimes[name](signal);
