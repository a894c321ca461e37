// Hand-worked plans: queues from fixtures/queueing.json, the rest calculated in the comments.

import { describe, expect, it } from 'vitest';
import { HEADROOM_SHARE } from '../../measure/plans';
import type { SearchResult } from '../../measure/search/search-result';
import type { DesignedTrial } from '../../results/trial/result';
import type { StepResult } from '../../results/trial/steps';
import acceptance from '../../statistics/fixtures/queueing.json';
import { expectWithin } from '../../statistics/fixtures/within';
import { analyseUsl } from '../../statistics/usl/usl';
import { renderRun } from '../documents';
import type { ExperimentResult } from '../index';
import { planApp } from './analyse';
import { demandOf, type Evidence, evidenceOf, serversOf, type Unit } from './evidence';
import { planFixture } from './plan.fixture';
import { FURTHEST_FACTOR, type PlanQuestion, plannedRps } from './replicas';
import { analyseValidation, predictionOf } from './validation';

it('a plan reads as it did', async () => {
  await expect(renderRun(planFixture())).toMatchFileSnapshot('../goldens/plan.txt');
});

const serviceTimeSeconds = 0.002;
const unit: Unit = {
  profile: 'default',
  workers: 3,
  threads: 4,
  pool: 4,
  cores: { subject: 1, database: 1, shared: 1 },
};

/** One replica holds 400/s; a request takes 1.5 ms of the app's CPU and 0.5 ms of the database's. */
const known = (changes: Partial<Evidence> = {}): Evidence => ({
  app: 'django',
  workload: 'micro',
  slo: { share: 0.99, thresholdSeconds: 0.1 },
  run: {
    id: 'capacity-run',
    startedAt: '2026-01-05T09:30:00.000Z',
    commit: null,
    runtime: 'native',
  },
  unit,
  capacity: {
    rps: 400,
    holdsRps: 400,
    failsRps: 420,
    interval: null,
    searches: 1,
    bottleneck: { factor: 'app CPU', words: 'The app’s CPU limits it.' },
  },
  demand: { appSeconds: 0.0015, databaseSeconds: 0.0005, steps: 9 },
  servers: { serviceTimeSeconds, servers: 1 },
  latency: null,
  ratesRps: [200, 300, 400],
  scaling: null,
  stairs: null,
  warnings: [],
  ...changes,
});

const question = (changes: Partial<PlanQuestion> = {}): PlanQuestion => ({
  rateRps: 700,
  pricePerHour: 0.05,
  spare: 1,
  maxConnections: 200,
  databaseCores: 1,
  ...changes,
});

/** Replicas 1 to 6 with a contention of exactly `alpha`. */
const scaling = (alpha: number): Evidence['scaling'] => ({
  run: { id: 'scale-run', startedAt: '', commit: null, runtime: 'compose' },
  fit: analyseUsl(
    [1, 2, 3, 4, 5, 6].map((n) => ({ n, x: (100 * n) / (1 + alpha * (n - 1)) })),
    { seed: 1 },
  ),
  testedTo: 6,
});

describe('the latency and utilization that are expected', () => {
  it.each(acceptance.expected.mmc.filter(({ servers }) => servers <= 8))(
    'are those of M/M/c at $servers servers and utilization $rho',
    (wanted) => {
      // One replica whose rate is `offered` Erlang, planned with just that much capacity.
      const rateRps = wanted.offered / serviceTimeSeconds;
      const evidence = known({
        servers: { serviceTimeSeconds, servers: wanted.servers },
        capacity: { ...known().capacity, rps: rateRps / HEADROOM_SHARE },
        demand: { appSeconds: serviceTimeSeconds, databaseSeconds: 1e-9, steps: 1 },
      });
      const { row } = planApp(evidence, question({ rateRps }));
      expect(row.replicas).toBe(1);
      expectWithin(row.utilization, wanted.rho, 1e-9);
      expectWithin(row.meanSeconds, wanted.mean_response_over_s * serviceTimeSeconds, 1e-9);
      expectWithin(row.p99Seconds, wanted.p99_response_over_s * serviceTimeSeconds, 1e-6);
    },
  );
});

describe('replicas', () => {
  it('are those whose capacity, less the headroom, carries the rate', () => {
    // 0.7 x 400 = 280 a replica; 700 / 280 = 2.5.
    expect(planApp(known(), question()).row.replicas).toBe(3);
    expect(planApp(known(), question({ rateRps: 560 })).row.replicas).toBe(2);
    expect(planApp(known(), question({ rateRps: 561 })).row.replicas).toBe(3);
  });

  it('add up by the law where it was measured', () => {
    // 3 / (1 + 0.1 x 2) = 2.5 replicas' worth.
    expectWithin(plannedRps(known({ scaling: scaling(0.1) }), 3), 2.5 * 280, 1e-6);
    expect(planApp(known({ scaling: scaling(0.1) }), question({ rateRps: 699 })).row.replicas).toBe(
      3,
    );
    expect(planApp(known({ scaling: scaling(0.1) }), question({ rateRps: 701 })).row.replicas).toBe(
      4,
    );
  });

  it('are as busy as one alone at its share of the gain, which contention makes smaller', () => {
    // 5 / (1 + 0.3 x 4) = 2.27 replicas' worth.
    const evidence = known({ scaling: scaling(0.3) });
    const { row } = planApp(evidence, question({ rateRps: 600 }));
    expect(row.replicas).toBe(5);
    const alone = planApp(known(), question({ rateRps: 600 / (5 / 2.2) })).row;
    expect(alone.replicas).toBe(1);
    expectWithin(row.utilization, 0.528, 1e-6);
    expectWithin(row.utilization, alone.utilization ?? 0, 1e-6);
    expectWithin(row.p99Seconds, alone.p99Seconds ?? 0, 1e-6);
  });

  it('are planned with the lower end of the interval', () => {
    const capacity = { ...known().capacity, rps: 200, interval: [200, 600] as [number, number] };
    expect(planApp(known({ capacity }), question({ rateRps: 280 })).row.replicas).toBe(2);
  });

  it('hold their connections, the spare ones too', () => {
    // (3 + 1) x 3 workers x 4.
    expect(planApp(known(), question()).connections).toEqual({ used: 48, available: 195 });
    const { row } = planApp(known(), question({ maxConnections: 50 }));
    expect(row.refusal).toBe('4 replicas would hold 48 connections of 45');
  });
});

describe('a plan that goes too far', () => {
  it('is refused beyond the stated factor, with what to measure', () => {
    const most = FURTHEST_FACTOR * 280;
    expect(planApp(known(), question({ rateRps: most })).row.replicas).toBe(FURTHEST_FACTOR);
    const { row, sentences, warnings } = planApp(known(), question({ rateRps: most + 1 }));
    expect(row.replicas).toBeNull();
    expect(row.costPerHour).toBeNull();
    expect(row.refusal).toMatch(/5 replicas, over 4 times the one that was tested/);
    expect(sentences).toEqual([expect.stringMatching(/^Django: no plan for 1,121 requests/)]);
    expect(warnings.join()).toContain(
      'npm run lab -- scale --app django --workload micro --by replicas --runtime compose',
    );
  });

  it('is refused where the shared database would lose its headroom, however many replicas', () => {
    // 1 core over 0.5 ms is 2,000/s, of which 1,400 are planned with.
    const evidence = known({ scaling: scaling(0) });
    expect(planApp(evidence, question({ rateRps: 1400 })).row.replicas).toBe(5);
    const { row, databaseCapRps } = planApp(evidence, question({ rateRps: 1401 }));
    expectWithin(databaseCapRps, 2000, 1e-9);
    expect(row.replicas).toBeNull();
    expect(row.refusal).toMatch(/shared database/);
    expect(planApp(evidence, question({ rateRps: 1401, databaseCores: 2 })).row.replicas).toBe(6);
  });

  it('is refused past the peak of the law', () => {
    const peaked = { ...scaling(0), fit: { ...scaling(0)?.fit, beta: 0.1 } } as Evidence['scaling'];
    const { row } = planApp(known({ scaling: peaked }), question({ rateRps: 1200 }));
    expect(row.refusal).toBe('the fitted law peaks below it');
  });
});

describe('what it costs', () => {
  it('is calculated at the planned rate, which keeps the headroom, with the spares', () => {
    const { row } = planApp(known(), question());
    // 4 x 0.05; 700 x 3600 = 2.52 million requests an hour.
    expectWithin(row.costPerHour, 0.2, 1e-9);
    expectWithin(row.costPerMillion, 0.2 / 2.52, 1e-9);
    expect(planApp(known(), question({ pricePerHour: null })).row.costPerHour).toBeNull();
  });
});

describe('what gives way first', () => {
  it('is the limit with the lowest rate', () => {
    // 3 x 400 = 1,200 before the SLO; the database at 2,000. Connections for 15 replicas: beyond what may be spoken of.
    const { limits } = planApp(known(), question());
    expect(limits.map(({ rateRps }) => Math.round(rateRps))).toEqual([1200, 2000]);
    expect(limits[0]?.what).toMatch(/the SLO, with 3 replicas/);
    const few = planApp(known(), question({ maxConnections: 65 })).limits;
    expect(few.map(({ rateRps }) => Math.round(rateRps))).toEqual([1200, 1600, 2000]);
    expect(few[1]?.what).toMatch(/connections to the database, with more than 4 replicas/);
    const heavy = known({ demand: { appSeconds: 0.001, databaseSeconds: 0.0009, steps: 3 } });
    const [first] = planApp(heavy, question()).limits;
    expect(first?.what).toMatch(/CPU of the shared database/);
  });
});

describe('the doubts of a plan', () => {
  it('say what was not measured', () => {
    const { warnings, assumptions } = planApp(known({ warnings: ['irregular'] }), question());
    const text = [...warnings, ...assumptions].join('\n');
    expect(text).toMatch(/Indicative: the capacity rests on one search/);
    expect(text).toMatch(/Replicas add up without loss: that was not measured/);
    expect(text).toMatch(/Poisson arrivals and exponential service are assumed/);
    expect(text).toContain('capacity-run: irregular');
  });

  it('have those of the law, and what its intervals leave open', () => {
    const warnings = ['The law does not fit (F = 9.1, p = 0.0004).'];
    type Law = NonNullable<Evidence['scaling']>;
    const law: Law = { ...(scaling(0.1) as Law), warnings, least: { alpha: 0.2, beta: 0 } };
    const doubts = (changes: Partial<Law>, rateRps: number) =>
      planApp(known({ scaling: { ...law, ...changes } }), question({ rateRps })).warnings;
    // 3 / 1.2 = 2.5 replicas' worth; with 0.2 it takes 4 / 1.6, which is as much.
    expect(doubts({}, 690)).toEqual(
      expect.arrayContaining([
        'scale-run: The law does not fit (F = 9.1, p = 0.0004).',
        'At the upper ends of the law’s intervals (contention 0.2, coherency 0) it takes 4, instead of 3 replicas.',
      ]),
    );
    expect(doubts({ least: { alpha: 0.2, beta: 0.2 } }, 690).join()).toContain(
      'no number of replicas carries the rate, instead of 3 replicas',
    );
    for (const none of [doubts({ least: null }, 690), doubts({}, 280)]) {
      expect(none.join()).not.toContain('upper ends');
    }
  });

  it('say so when CPU could not be seen', () => {
    const { row, warnings, databaseCapRps } = planApp(
      known({ demand: null, servers: null }),
      question(),
    );
    expect(row.replicas).toBe(3);
    expect([row.meanSeconds, row.utilization, databaseCapRps]).toEqual([null, null, null]);
    expect(warnings.join()).toMatch(/CPU time could not be seen/);
  });
});

describe('the servers of a replica', () => {
  const demand = { appSeconds: 0.002, databaseSeconds: 0.001, steps: 1 };
  const of = (changes: Partial<Unit>) => serversOf(demand, { ...unit, ...changes });

  it('are none where nobody can see its cores: nothing is divided by them', () => {
    expect(of({ cores: { subject: 0, database: 0, shared: null } })).toBeNull();
    const evidence = known({ demand, servers: null });
    const plan = planApp(evidence, question({ rateRps: 100, databaseCores: 0 }));
    expect(plan.databaseCapRps).toBeNull();
    expect(plan.row.replicas).not.toBeNull();
  });

  it('are the cores that its workers can use', () => {
    const apart = { subject: 4, database: 1, shared: null };
    expect(of({ workers: 3, cores: apart })).toEqual({ servers: 3, serviceTimeSeconds: 0.002 });
    expect(of({ workers: 8, cores: apart })?.servers).toBe(4);
  });

  it('are the workers alone where these are full before the cores that the database shares', () => {
    const shared = { subject: 2, database: 2, shared: 2 };
    // 2 ms of one worker against 3 ms of two cores.
    expect(of({ workers: 1, cores: shared })).toEqual({ servers: 1, serviceTimeSeconds: 0.002 });
    expect(of({ workers: 2, cores: shared })).toEqual({ servers: 2, serviceTimeSeconds: 0.003 });
  });

  it('do the database’s work too where they share the cores', () => {
    expect(of({})?.serviceTimeSeconds).toBeCloseTo(0.003, 12);
  });

  it('are slower by a limit below a core', () => {
    const quarter = of({ cores: { subject: 0.25, database: 1, shared: null } });
    expect(quarter).toEqual({ servers: 1, serviceTimeSeconds: 0.008 });
  });
});

describe('the capacity of the evidence', () => {
  const search = (holdsRps: number) =>
    ({ app: 'django', workload: 'micro', holdsRps, failsRps: 1.05 * holdsRps }) as SearchResult;
  const of = (capacityRps: ExperimentResult<'capacity'>['capacityRps']) => {
    const searches = [search(180), search(220), search(900)];
    const result = { searches, capacityRps, warnings: [] as string[] };
    const { run, unit: own, scaling: none, stairs } = known();
    const about = { run, unit: own, scaling: none, stairs };
    return evidenceOf('django', result as unknown as ExperimentResult<'capacity'>, [], about)
      ?.capacity;
  };

  it('is the lower end of the interval, over the searches that it is of', () => {
    const over = { mean: 199, interval: [56, 707], searches: 2 } as const;
    expect(of(over)).toMatchObject({ rps: 56, holdsRps: 199, searches: 2 });
  });

  it('is what held least where there is no interval', () => {
    expect(of({ mean: 199, interval: null, searches: 1 })).toMatchObject({ rps: 199, searches: 1 });
    expect(of(null)).toMatchObject({ rps: 180, searches: 3 });
  });
});

describe('a validation at rates that should hold', () => {
  const prediction = predictionOf(known({ ratesRps: [] }));
  const [rateRps = 0] = prediction.loads.map((load) => load.rateRps);
  type Kind = 'valid' | 'broken' | 'overloaded' | 'void';
  const trial = (kind: Kind): DesignedTrial => {
    const state = kind === 'broken' ? 'valid' : kind;
    const latencyMs = { mean: 5, p99: kind === 'valid' ? 20 : 2000 };
    const step = {
      ...{
        warmup: false,
        model: 'open',
        achievedRps: kind === 'overloaded' ? 0.8 * rateRps : rateRps,
      },
      ...{ subjectCores: 0.3, databaseCores: 0.1, latencyMs, sloHeld: kind === 'valid' },
      validity: { state, reasons: state === 'void' ? ['steal: much'] : [], checks: [] },
    };
    return {
      ...{ app: 'django', purpose: 'measure', subject: 0, level: rateRps },
      steps: [step],
    } as unknown as DesignedTrial;
  };
  const validated = (...kinds: Kind[]) =>
    analyseValidation(
      {
        ...{ kind: 'validation', workload: 'micro', repeats: 3, seconds: { warmup: 1, step: 1 } },
        predictions: [{ ...prediction, loads: prediction.loads.slice(0, 1) }],
      },
      kinds.map(trial),
    );
  const rateOf = ({ rows }: ReturnType<typeof validated>) =>
    rows.find(({ quantity }) => quantity === 'achievedRps');

  it('counts trials that the replica could not follow, which refute it', () => {
    const found = validated('valid', 'overloaded', 'overloaded');
    const reason = 'the replica could not follow in 2 of 3 trials';
    expect(rateOf(found)).toMatchObject({ trials: 3, within: false, reason });
    const p99 = found.rows.find(({ quantity }) => quantity === 'p99Ms');
    expect(p99).toMatchObject({ measured: 2000, within: false, reason });
    expect(found.warnings).toEqual([expect.stringContaining(`${rateRps}/s: ${reason}`)]);
  });

  it('is refuted by a broken SLO, though every answer came', () => {
    const reason = 'the SLO was broken in 2 of 3 trials';
    expect(rateOf(validated('broken', 'broken', 'valid'))).toMatchObject({ within: false, reason });
    const once = validated('broken', 'valid', 'valid');
    expect(rateOf(once)).toMatchObject({ within: true, reason: null });
    expect(once.warnings.join()).toContain('the SLO was broken in 1 of 3 trials');
  });

  it('leaves out void trials alone', () => {
    const found = validated('valid', 'void', 'valid');
    expect(rateOf(found)).toMatchObject({ trials: 2, within: true });
    expect(found.warnings.join()).toContain('2 of 3 trials count');
    expect(rateOf(validated('void'))?.reason).toBe('no trial is valid: steal');
  });
});

it('CPU per request is the median over the steps whose CPU can be seen', () => {
  const step = (subjectCores: number | null) =>
    ({ subjectCores, databaseCores: 0.1, achievedRps: 100 }) as StepResult;
  expect(demandOf([step(0.2), step(0.3), step(0.9), step(null)], unit)).toEqual({
    appSeconds: 0.003,
    databaseSeconds: 0.001,
    steps: 3,
  });
  expect(demandOf([step(null)], unit)).toBeNull();
  const unseen = { ...step(0.2), databaseCores: null };
  expect(demandOf([unseen], unit)).toBeNull();
  // Without connections there is no database of the lab's behind it.
  expect(demandOf([unseen], { pool: 0 })).toMatchObject({ databaseSeconds: 0 });
});

it('an app that the lab knows little of is planned with what is known', () => {
  const cores = { subject: 2, database: 0, shared: null };
  const own: Unit = { profile: 'default', workers: 0, threads: 0, pool: 0, cores };
  const demand = { appSeconds: 0.002, databaseSeconds: 0, steps: 3 };
  const servers = serversOf(demand, own);
  expect(servers).toEqual({ servers: 2, serviceTimeSeconds: 0.002 });
  const evidence = known({ app: 'mine', unit: own, demand, servers });
  const plan = planApp(evidence, question({ rateRps: 2000, databaseCores: 0 }));
  const text = [...plan.sentences, ...plan.assumptions, ...plan.warnings].join('\n');
  expect(plan).toMatchObject({ connections: null, databaseCapRps: null });
  expect(text).toContain('profile default, 2 cores.');
  expect(text).not.toMatch(/pool|worker|connections|The database has/);
  expect(text).toContain('replicas are containers of the clone’s own apps');
});
