// The capacity search of a night is `lab capacity`'s, within the night's own run.
import { usageError } from '../errors';
import type { SearchCapacity } from '../experiment/nightly';

export const searchNightlyCapacity: SearchCapacity = async () => {
  throw usageError('A night cannot search for capacity yet: take `capacity` out of the file.');
};
