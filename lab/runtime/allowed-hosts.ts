// Where the lab itself may ask: the bounds that k6 has for its load (k6/lib/guard.ts).
import { assertTargetAllowed } from '../../k6/lib/guard';
import { configuration } from '../configuration/configuration';
import { usageError } from '../errors';
import { readText } from '../results/text-file';

/**
 * @param field where the URL stands
 * @param inNetwork whether it may name a service of the composition
 * @throws LabError (exit 2) unless the URL is of this machine, or of a host that flag and file name
 */
export function requireAllowed(field: string, url: string, { inNetwork = false } = {}): void {
  const { allowHosts = [], allowFile } = configuration;
  try {
    const listed = allowFile === undefined ? undefined : readText(allowFile);
    assertTargetAllowed(field, url, allowHosts, listed, inNetwork);
  } catch (error) {
    throw usageError((error as Error).message);
  }
}
