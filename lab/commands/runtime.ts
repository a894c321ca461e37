// Where an experiment's subjects live: the --runtime option.
import { Option } from 'commander';
import { AttachedRuntime, attachedSettings } from '../runtime/attached';
import { NativeRuntime } from '../runtime/native';
import type { Runtime } from '../runtime/runtime';

const runtimes = {
  native: () => NativeRuntime.open(),
  attached: () => AttachedRuntime.open(attachedSettings(process.env)),
};

export type RuntimeName = keyof typeof runtimes;

export const runtimeOption = (): Option =>
  new Option('--runtime <kind>', 'where the subjects live')
    .choices(Object.keys(runtimes))
    .default('native');

export const openRuntime = (name: RuntimeName): Promise<Runtime> => runtimes[name]();
