// Where an experiment's subjects live: the --runtime option.
import { Option } from 'commander';
import { AttachedRuntime, attachedSettings } from '../runtime/attached/attached';
import { NativeRuntime } from '../runtime/native/native';
import type { Runtime } from '../runtime/runtime';

const runtimes = {
  native: () => NativeRuntime.open(console.error),
  // Loaded when chosen: dockerode takes a while to load, and the lab's own image lacks it.
  compose: (signal: AbortSignal) => {
    const {
      ComposeRuntime,
    }: typeof import('../runtime/compose/compose') = require('../runtime/compose/compose');
    return ComposeRuntime.open(console.error, signal);
  },
  attached: () => AttachedRuntime.open(attachedSettings(process.env)),
};

export type RuntimeName = keyof typeof runtimes;

export const runtimeOption = (): Option =>
  new Option('--runtime <kind>', 'where the subjects live')
    .choices(Object.keys(runtimes))
    .default('native');

/** @param signal ends what is still being brought up */
export const openRuntime = (name: RuntimeName, signal: AbortSignal): Promise<Runtime> =>
  runtimes[name](signal);
