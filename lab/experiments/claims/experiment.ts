// `lab claims` and the two kinds of run that it adds, among the experiments.
import { isNeverVoid } from '../../measure/void-run';
import type { Experiment } from '../experiment';
import { analyseClaims, type ClaimsResult } from './analyse';
import {
  type ClaimsDesign,
  claimsDesign,
  type FirstOrderDesign,
  firstOrderDesign,
  type ProbesDesign,
  probesDesign,
} from './design';
import { analyseFirstOrder, type FirstOrderResult } from './first-order';
import { firstOrderSections, renderFirstOrder } from './first-order-text';
import { analyseProbes, type ProbesResult } from './probes';
import { probesSections, renderProbes } from './probes-text';
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

export const probes: Experiment<ProbesDesign, ProbesResult> = {
  kind: 'probes',
  design: probesDesign,
  analyse: analyseProbes,
  isVoid: isNeverVoid,
  text: renderProbes,
  sections: async (result) => probesSections(result),
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
