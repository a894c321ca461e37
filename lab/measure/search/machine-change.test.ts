// Searches on machines that changed, recorded or written down: what is noticed, and what is said.
import { describe, expect, it } from 'vitest';
import { analyseCapacity } from '../../experiments/capacity/analyse';
import { nextMove } from './search-move';
import { type SearchResult, searchResult } from './search-result';
import { searchState } from './search-state';
import { fourMinutes, slowedDown, trialsOf } from './search-state.fixture';

const unlimited = { ...fourMinutes, budgetSeconds: 3600 };
const cores = { subject: 1, database: 1, shared: 1 };

const resultOf = (words: string, settings = fourMinutes) =>
  analyseCapacity(
    { kind: 'capacity', workload: 'db', runs: 1, search: settings },
    trialsOf(words),
    () => cores,
  );
const searchOf = (words: string, settings = fourMinutes): SearchResult =>
  resultOf(words, settings).searches[0] as SearchResult;
const moveAfter = (words: string, settings = unlimited) =>
  nextMove(settings, searchState(settings, trialsOf(words)));

/** Asks for trial after trial, as the lab does, of a machine that answers as it likes. */
function searchOn(holds: (load: number, trial: number) => boolean, settings = unlimited): string {
  let words = '';
  for (let trial = 1; trial < 200; trial += 1) {
    const move = moveAfter(words, settings);
    if (move.kind !== 'trial') return words.trim();
    words += ` ${move.load}${holds(move.load, trial) ? 'H' : 'F'}${move.durationSeconds}`;
  }
  throw new Error('the search did not end');
}

describe('the search that ended without an answer', () => {
  const [sentence = ''] = resultOf(slowedDown).sentences;

  it('says what is too many, what held, and how well both are known', () => {
    expect(sentence).toBe(
      'Django: not settled in 4 minutes: below 402 requests per second (the SLO was broken in 3 of 5 long trials). Short trials (5 s) held up to 392/s (1 of 1 short trial there; a long trial failed there or below).',
    );
    expect(searchOf(slowedDown).highestHeld).toMatchObject({
      load: 392,
      known: 'short',
      held: 1,
      trials: 1,
      longFailed: 1,
    });
  });

  it('counts the long trials that failed, and lets none at a lower load go unsaid', () => {
    expect(searchOf('400H5 400F15 400F15 400H15').highestHeld).toMatchObject({ longFailed: 2 });
    expect(searchOf('392H5 382F15 382F15').highestHeld).toMatchObject({ load: 392, longFailed: 2 });
    expect(searchOf('360H15 400H15 380F15 380F15').highestHeld).toMatchObject({ load: 360 });
  });

  it('is not misled by one short trial that failed before higher loads held', () => {
    const cold = '818F5 409F5 205H5 345H5 386H5 413H5 507H5 549H5 549H5';
    expect(searchOf(cold).highestHeld).toMatchObject({ load: 549, known: 'short', trials: 2 });
  });

  it('has no identifier of the code in its text', () => {
    expect(JSON.stringify(resultOf(slowedDown).warnings)).not.toMatch(/[a-z][A-Z]\w+ is|Irregular/);
  });

  it('had ended, although what a search does next has changed since', () => {
    expect(searchOf(slowedDown).ending).toMatchObject({ ending: 'budget' });
  });

  it('today settles what holds before what fails', () => {
    // As then until the first long trial; then the machine holds up to 402 for 3 long trials.
    const before = '502F5 251H5 355H5 422F5 382H5 402F5 392H5';
    const words = [before];
    for (let trial = 0; trial < 4; trial += 1) {
      const move = moveAfter(words.join(' '));
      if (move.kind !== 'trial') break;
      words.push(`${move.load}${move.load <= 402 ? 'H' : 'F'}${move.durationSeconds}`);
    }
    expect(searchOf(words.join(' ')).holdsRps).toBeGreaterThanOrEqual(382);
  });
});

describe('a machine that changed during the search', () => {
  it('is noticed when it became slower, by the first trial and its repeats', () => {
    const words = searchOn((load, trial) => load <= (trial < 9 ? 400 : 310));
    const found = searchOf(words, unlimited);
    expect(found.changes.map(({ direction }) => direction)).toEqual(['slower']);
    const [{ first, repeats } = { first: { trial: 0, load: 0 }, repeats: [] }] = found.changes;
    expect(found.trials[first.trial - 1]).toMatchObject({ load: first.load, outcome: 'held' });
    expect(repeats).toHaveLength(2);
    for (const { trial, load } of repeats) {
      expect(trial).toBeGreaterThanOrEqual(9);
      expect(load).toBeLessThanOrEqual(first.load);
      expect(found.trials[trial - 1]).toMatchObject({ load, outcome: 'failed' });
    }
    const [sentence] = resultOf(words, unlimited).sentences;
    expect(sentence).toContain(`The machine became slower during the search: ${first.load}/s held`);
  });

  it('is noticed when it became faster', () => {
    const words = searchOn((load, trial) => load <= (trial < 9 ? 400 : 520));
    expect(searchOf(words, unlimited).changes.map(({ direction }) => direction)).toEqual([
      'faster',
    ]);
    expect(searchOf(words, unlimited).holdsRps).toBeGreaterThan(480);
  });

  it('gives no capacity over searches: the machine is not the one that was asked about', () => {
    const words = searchOn((load, trial) => load <= (trial < 9 ? 400 : 310));
    const result = resultOf(words, unlimited);
    expect(result.searches[0]?.holdsRps).not.toBeNull();
    expect(result.capacityRps).toBeNull();
    expect(result.warnings.join()).toContain('search again');
  });

  it('keeps the lower bound that it had, when time runs out after the change', () => {
    const before = '502F5 251H5 355H5 428F15 382H15 409F15 391H15 400H15 400H15 400H15';
    const settings = { ...fourMinutes, budgetSeconds: 100 };
    expect(searchOf(before, settings).holdsRps).toBe(400);
    const found = searchOf(`${before} 409F15 355F5 355F5 178H5`, settings);
    expect(found.holdsRps).toBe(400);
    expect(found.changes).toEqual([
      {
        direction: 'slower',
        first: { trial: 3, load: 355 },
        repeats: [
          { trial: 12, load: 355 },
          { trial: 13, load: 355 },
        ],
      },
    ]);
    const [sentence] = resultOf(`${before} 409F15 355F5 355F5 178H5`, settings).sentences;
    expect(sentence).toContain(
      'The machine became slower during the search: 355/s held in trial 3 and failed when it was repeated, in trials 12 and 13. The figures are of trials 1 to 11, before that.',
    );
  });

  it('has a p99 of the trials that the bounds are made of', () => {
    // 357/s held in trial 3, before the machine became slower at trial 9.
    const words =
      '502F5 251H5 357H5 428F5 391H5 409F5 400H5 400H15 400F15 391F15 357H5 391F15 357H5 382F15 352H5 373F15 357H15 357H15 357H15 373F15 373F15 357H15';
    const trials = trialsOf(words).map((trial) => ({
      ...trial,
      steps: trial.steps.map((step) => {
        const p99 = trial.number - 1;
        const latency = { count: 1000, mean: 1, min: 1, p50: 1, p95: 1, p999: p99, max: p99 };
        return { ...step, latencyMs: { ...latency, p99 } };
      }),
    }));
    const found = searchResult(unlimited, trials, cores);
    expect(found).toMatchObject({ holdsRps: 357, answeredBy: { from: 9, to: 22 } });
    // Of trials 11, 13, 17, 18, 19 and 22.
    expect(found.p99Ms).toBe(17.5);
  });

  it('is asked for before the time runs out, at whatever trial it changes', () => {
    let judged = 0;
    for (let changed = 6; changed <= 11; changed += 1) {
      const words = searchOn((load, trial) => load <= (trial < changed ? 402 : 300), fourMinutes);
      const found = searchOf(words, fourMinutes);
      if (words.split(' ').length <= changed || found.ending?.ending === 'regular') continue;
      judged += 1;
      // Called, or answered by loads that hold on the machine as it is now.
      if (found.changes.length === 0)
        expect(found.highestHeld?.load, words).toBeLessThanOrEqual(300);
      expect(found.highestHeld?.load, words).toBeGreaterThanOrEqual(300 * 0.5);
    }
    expect(judged).toBeGreaterThan(0);
  });

  it('is not seen in a machine that stayed the same', () => {
    for (const capacity of [7, 40, 137, 400, 3333]) {
      const found = searchOf(
        searchOn((load) => load <= capacity),
        unlimited,
      );
      expect(found.changes, `capacity ${capacity}`).toEqual([]);
      expect(found.ending?.kind).toBe('done');
      expect(found.holdsRps).toBeLessThanOrEqual(capacity);
    }
  });

  it('is not seen in one trial that a neighbour spoiled', () => {
    const words = searchOn((load, trial) => load <= 400 && trial !== 9);
    expect(searchOf(words, unlimited).changes).toEqual([]);
  });
});

describe('the highest load that held', () => {
  it.each([
    ['nothing held', '502F5 251F5 126F5', null, 'No load held, not even 126/s.'],
    ['one trial only', '502H5', 502, 'Short trials (5 s) held up to 502/s'],
    ['the budget ended after the calibration', '', null, 'No trial counts'],
    ['all trials void', '502V5 502V5', null, 'No trial counts'],
    [
      'long trials, too few',
      '502F5 251H5 400H15 400H15',
      400,
      'Long trials (15 s) held up to 400/s (2 of 2',
    ],
  ])('%s', (_why, words, load, text) => {
    const settings = { ...fourMinutes, budgetSeconds: 20 };
    const found = searchOf(words, settings);
    expect(found.highestHeld?.load ?? null).toBe(load);
    expect(found.holdsRps).toBeNull();
    expect(resultOf(words, settings).sentences.join()).toContain(text);
  });

  it('is the lower bound where there is one, with or without an upper one', () => {
    const found = searchOf('502H15 502H15 502H15', { ...fourMinutes, budgetSeconds: 60 });
    expect(found.highestHeld).toMatchObject({ load: 502, known: 'bound', held: 3, trials: 3 });
    expect(found.holdsRps).toBe(502);
    expect(found.failsRps).toBeNull();
  });
});
