// `lab claims` and the two kinds of run that it adds, among the experiments.
import { isNeverVoid } from '../../measure/void-run';
import type { Experiment } from '../experiment';
import { analyseClaims, type ClaimsResult } from './analyse';
import { type AttacksResult, analyseAttacks, attacksSections, renderAttacks } from './attacks';
import {
  type AttacksDesign,
  attacksDesign,
  type ClaimsDesign,
  claimsDesign,
  type FirstOrderDesign,
  firstOrderDesign,
} from './design';
import {
  analyseFirstOrder,
  type FirstOrderResult,
  firstOrderSections,
  renderFirstOrder,
} from './first-order';
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

export const probes: Experiment<AttacksDesign, AttacksResult> = {
  kind: 'probes',
  design: attacksDesign,
  analyse: analyseAttacks,
  isVoid: isNeverVoid,
  text: renderAttacks,
  sections: async (result) => attacksSections(result),
  slides: async () => [],
};

export const firstOrder: Experiment<FirstOrderDesign, FirstOrderResult> = {
  kind: 'first-order',
  design: firstOrderDesign,
  analyse: analyseFirstOrder,
  isVoid: isNeverVoid,
  text: renderFirstOrder,
  sections: async (result) => firstOrderSections(result),
  slides: async () => [],
};
