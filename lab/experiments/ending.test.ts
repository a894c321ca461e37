// A run without an answer says why in one sentence, and what to type next.
import { expect, it } from 'vitest';
import { analysedRun } from './conclude';
import { renderRun } from './documents';
import { compareFixture } from './turns.fixture';

const all = Array.from({ length: 12 }, (_, index) => index + 1);
const { run, trials } = compareFixture({ runs: 3, disturbed: all });

it('a void run names the check that most of its steps broke, and the command to try again', () => {
  const reported = analysedRun({ ...run, status: 'void' }, trials);
  expect(reported.found.sentences).toEqual([
    'Void: 12 of 12 steps do not count, 12 of them for others on generator cores 52 %, at most 10 % allowed. End what else uses those cores, then `npm run lab -- compare express django`.',
  ]);
  expect(renderRun(reported)).toContain('Void: 12 of 12 steps');
});

it.each([
  ['compare', 'npm run lab -- compare express django` starts again'],
  ['capacity', `npm run lab -- capacity --resume ${run.id}\` goes on`],
])('a %s that was cut off says how far it came', (kind, next) => {
  const [first] = run.trials;
  if (first === undefined) throw new Error('a trial');
  const cut = run.trials.map((trial, index) => ({
    ...trial,
    state: index < 4 ? ('done' as const) : ('cut off' as const),
  }));
  const of = { ...run, kind, design: null, status: 'partial' as const };
  const [sentence] = analysedRun({ ...of, trials: cut }, trials.slice(0, 4)).found.sentences;
  expect(sentence).toContain('Cut off after 4 of 12 trials');
  expect(sentence).toContain(next);
  const none = cut.map((trial) => ({ ...trial, state: 'planned' as const }));
  const [nothing] = analysedRun({ ...of, trials: none }, []).found.sentences;
  expect(nothing).toContain('nothing is known');
});

it('one run of each load is called indicative once, with what gives a verdict', () => {
  const alone = { ...run, kind: 'tour', design: null };
  const { warnings, sentences } = analysedRun(alone, trials).found;
  expect(sentences.join()).not.toContain('indicative');
  expect(warnings.filter((text) => text.includes('indicative'))).toEqual([]);
  const { trials: good } = compareFixture({ runs: 3 });
  const noted = analysedRun(alone, good).found.warnings.filter((text) =>
    text.includes('indicative'),
  );
  expect(noted).toEqual([
    'One run of each app: indicative, without error bars. `npm run lab -- compare express django` gives a verdict.',
  ]);
});
