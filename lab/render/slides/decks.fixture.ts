// Runs of every kind that a deck can hold, made on simulated subjects or worked out by hand.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capacity } from '../../experiments/capacity/measure';
import { claimsFixture } from '../../experiments/claims/claims.fixture';
import { reportedRun } from '../../experiments/conclude';
import { experimentRuns } from '../../experiments/experiment-runs.fixture';
import type { ReportedRun } from '../../experiments/index';
import { findEvidence } from '../../experiments/plan/find-evidence';
import { validate, validationPaces } from '../../experiments/plan/measure';
import { planFixture } from '../../experiments/plan/plan.fixture';
import { predictionOf } from '../../experiments/plan/validation';
import { realTourFixture } from '../../experiments/real-tour.fixture';
import { compareFixture, noiseFixture } from '../../experiments/turns.fixture';
import { thisHost } from '../../measure/begin-run';
import { searchPaces, searchSettings } from '../../measure/search/search-settings';
import { SimulatedRuntime } from '../../measure/simulated-runtime.fixture';
import { RunFolder } from '../../results/run-folder';
import { subjectOf } from '../../runtime/subject';
import { tourFixture } from '../page/tour.fixture';

/** By what each deck is about. */
export async function decks(): Promise<Record<string, ReportedRun[]>> {
  const runs = await experimentRuns();
  const of = (name: string): ReportedRun => runs[name] as ReportedRun;
  const tour = tourFixture();
  const validation = await validationRun();
  return {
    'a tour': [tour],
    'a tour with the shop': [realTourFixture()],
    'a tour with the shop, some of it void': [realTourFixture(1.46)],
    'a search': [of('a search')],
    'several searches': [of('several searches, the generator the limit')],
    scaling: [of('scaling by users')],
    'scaling at too few levels': [of('scaling at too few levels')],
    'a comparison': [compareFixture()],
    noise: [noiseFixture()],
    'a validation': [validation],
    'a plan': [planFixture()],
    claims: [claimsFixture()],
    'all at once': [tour, of('a search'), of('scaling by users'), validation, planFixture()],
  };
}

async function validationRun(): Promise<ReportedRun> {
  const resultsDir = mkdtempSync(join(tmpdir(), 'headroom-deck-'));
  const setting = {
    resultsDir,
    signal: new AbortController().signal,
    events: {},
    seed: 20260101,
  };
  try {
    await capacity({
      ...setting,
      arguments: ['capacity', '--app', 'express'],
      runtime: new SimulatedRuntime({ saturationRps: 1000 }),
      apps: ['express'],
      profile: 'default',
      workload: 'micro',
      settings: searchSettings('micro', searchPaces.full),
      runs: 1,
    });
    const { fingerprint } = thisHost();
    const sought = { fingerprint, app: 'express' as const, workload: 'micro', profile: 'default' };
    const evidence = findEvidence(RunFolder.all(resultsDir), sought);
    if (evidence === undefined) throw new Error('no evidence for a validation');
    const folder = await validate({
      ...setting,
      arguments: ['plan', '--validate'],
      runtime: new SimulatedRuntime({ saturationRps: 950 }),
      design: {
        kind: 'validation',
        workload: 'micro',
        ...validationPaces.full,
        predictions: [predictionOf(evidence)],
      },
      subjects: [subjectOf('express', 'default', 1)],
    });
    return reportedRun(folder);
  } finally {
    rmSync(resultsDir, { recursive: true });
  }
}
