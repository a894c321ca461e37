// The load of a run: a rate of arrivals or users who wait, held steady, or whatever a search tries.

import type { HeldLoad } from '../../results/trial/measures';

export type { HeldLoad };

export const sayLoad = (load: HeldLoad): string => {
  if ('users' in load) return `${load.users} users`;
  return 'rateRps' in load ? `${load.rateRps} requests a second` : 'its limit';
};

/** In a column. */
export const sayLoadShort = (load: HeldLoad): string =>
  'rateRps' in load ? `${load.rateRps}/s` : sayLoad(load);

/** Null for a search, which holds none. */
export const sizeOf = (load: HeldLoad): number | null => {
  if ('users' in load) return load.users;
  return 'rateRps' in load ? load.rateRps : null;
};
