// `lab claims` among the experiments.
import { isNeverVoid } from '../../measure/void-run';
import type { Experiment } from '../experiment';
import { analyseClaims, type ClaimsResult } from './analyse';
import { type ClaimsDesign, claimsDesign } from './design';
import { claimsSections, renderClaims } from './text';

export const claims: Experiment<ClaimsDesign, ClaimsResult> = {
  kind: 'claims',
  design: claimsDesign,
  analyse: analyseClaims,
  isVoid: isNeverVoid,
  text: renderClaims,
  sections: async (result) => claimsSections(result),
  slides: async (reported, result) => (await import('./slides.ts')).claimsSlides(reported, result),
};
