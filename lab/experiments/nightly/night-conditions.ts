// What must be the same for two nights to be compared, besides the configuration of each series.

import { otherCoresBound } from '../../measure/tolerance';
import type { RunRecord } from '../../results/schemas';

/** Locked packages are no part of it: what they do to the figures is what a night looks for. */
export function nightConditions({ host, runtime, tools }: RunRecord): Record<string, string> {
  const { cpuModel, cores, memoryBytes, kernel } = host;
  const tolerated = otherCoresBound();
  const memory = `${Math.round(memoryBytes / 1e9)} GB`;
  return {
    machine: `${host.fingerprint} (${cores} x ${cpuModel}, ${memory}, Linux ${kernel})`,
    runtime: runtime.kind,
    ...tools,
    postgres: runtime.postgres,
    ...(tolerated !== undefined && { 'other cores': String(tolerated) }),
  };
}

/** As git or the image's label names it; with uncommitted changes it is nobody's revision. */
export const revisionOf = ({ revision }: RunRecord): string | null =>
  revision && `${revision.commit}${revision.dirty ? '-dirty' : ''}`;
