// A comparison's runs: in turns where both arms can be up at once, else one after the other.
import { loadKindsOf } from '../../results/trial/measures';
import type { Arm } from '../../results/trial/result';
import type { Conductor } from '../conductor';
import { calibrateAgain } from './choose-loads';
import type { InterleavedDesign } from './interleaved';
import { pairedBlocks } from './paired-blocks';
import { type ArmSubject, oneAfterTheOther } from './take-turns';

/** A search for a capacity takes minutes and drives its subject to the limit: no turns are that long. */
export async function measureArms(
  conductor: Conductor,
  arms: Record<Arm, ArmSubject>,
  design: InterleavedDesign,
): Promise<void> {
  const kinds = loadKindsOf(design.metrics);
  const { turns } = design;
  const held = kinds.filter((kind) => kind !== 'search');
  if (turns === undefined) await oneAfterTheOther(conductor, arms, design, kinds);
  else {
    if (held.length > 0) await pairedBlocks(conductor, arms, { ...design, turns }, held);
    if (kinds.includes('search')) await oneAfterTheOther(conductor, arms, design, ['search']);
  }
  await calibrateAgain(conductor, [arms.a, arms.b]);
}
