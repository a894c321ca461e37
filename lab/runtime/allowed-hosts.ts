// Where the lab itself may ask: the bounds that k6 has for its load (k6/lib/guard.ts).
import { assertTargetAllowed } from '../../k6/lib/guard';
import { configuration } from '../configuration/configuration';
import { usageError } from '../errors';
import { readText } from '../results/text-file';

/**
 * @param field where the URL stands
 * @throws LabError (exit 2) unless the URL is of this machine, of a service where the lab is in their network,
 *   or of a host that flag and file name
 */
export function requireAllowed(field: string, url: string): void {
  const { allowHosts = [], allowFile, inNetwork } = configuration;
  try {
    const listed = allowFile === undefined ? undefined : readText(allowFile);
    assertTargetAllowed(field, url, allowHosts, listed, inNetwork === '1');
  } catch (error) {
    throw usageError((error as Error).message);
  }
}
