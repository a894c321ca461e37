// What other processes may take before a step is void, where somebody knows their machine to be busy.

import { usageError } from '../errors';
import { bounds } from '../results/trial/validity';

const variable = 'HEADROOM_OTHER_CORES';
const most = 64;

/** Undefined: the lab's own bound. Kept with each trial, so that `lab show` judges it as it was. */
export function otherCoresBound(env: NodeJS.ProcessEnv = process.env): number | undefined {
  const text = env[variable];
  if (text === undefined || text === '') return undefined;
  const cores = Number(text);
  if (cores > 0 && cores <= most) return cores;
  throw usageError(
    `${variable} is "${text}": give the cores that other processes may take, above 0 (${bounds.otherCores} if it is not set).`,
  );
}

/** Figures with neighbours are figures of the neighbours too. */
export function toleranceCaveats(): string[] {
  const cores = otherCoresBound();
  if (cores === undefined) return [];
  return [
    `Other processes may take ${cores} cores before a step is void (${variable}), instead of ${bounds.otherCores}: the figures are theirs too.`,
  ];
}
