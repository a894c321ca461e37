// `lab noise` among the kinds of experiment.
import { analyseNoise } from '../analysis/comparing/noise-floors';
import { noiseSections } from './html/noise-sections';
import type { Kind } from './kind';
import { renderNoiseTable } from './noise-text';

export const noise: Kind<'noise'> = {
  analyse: analyseNoise,
  renderText: renderNoiseTable,
  sections: noiseSections,
};
