// `lab noise` among the kinds of experiment.

import type { Kind } from '../kind';
import { analyseNoise } from './analyse';
import { noiseSections } from './html';
import { renderNoiseTable } from './text';

export const noise: Kind<'noise'> = {
  analyse: analyseNoise,
  renderText: renderNoiseTable,
  sections: noiseSections,
};
