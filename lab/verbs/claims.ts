// `lab claims`, given the experiments that measure what its catalogue needs: no experiment imports another.
import type { Command } from 'commander';
import { registerClaims } from '../experiments/claims/command';
import type { Measures } from '../experiments/claims/needs';
import { compareSubjects } from '../experiments/compare/measure';
import { noise } from '../experiments/noise/measure';
import { scale } from '../experiments/scale/measure';

export const measures: Measures = { compare: compareSubjects, noise, scale };

export const register = (program: Command): void => registerClaims(program, measures);
