// Trials with their place in the design of their run.
import type { DesignedTrial } from './experiment';
import type { TrialResult } from './findings';

type Place = Pick<DesignedTrial, 'number' | 'arm' | 'block' | 'level'> & { subject?: number };

/** @param planned as run.json lists them; where no subject is named, the app tells which */
export function designedTrials(
  results: readonly TrialResult[],
  planned: readonly Place[],
  subjects: readonly { app: string }[],
): DesignedTrial[] {
  const places = new Map(planned.map((place) => [place.number, place]));
  return results.map((result): DesignedTrial => {
    const { subject, arm, block, level } = places.get(result.number) ?? {};
    return {
      ...result,
      subject: subject ?? subjects.findIndex(({ app }) => app === result.app),
      ...(arm !== undefined && { arm }),
      ...(block !== undefined && { block }),
      ...(level !== undefined && { level }),
    };
  });
}
