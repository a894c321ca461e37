// `lab compare A B`: two subjects in turns; `lab compare --from RUN RUN`: two runs on disk.

import { type Command, Option } from 'commander';
import { notationOf } from '../../../contract/apps';
import { printResult, ratio } from '../../cli/options';
import { comparisonRequest, type TurnOptions, withTurnOptions } from '../../cli/turns';
import { withLab } from '../../cli/with-lab';
import { usageError } from '../../errors';
import { resultsDir } from '../../paths';
import { twoOf, typed } from '../../results/command-line';
import { RunFolder } from '../../results/run-folder';
import { atRevision } from '../../runtime/revisions/app';
import {
  appNames,
  type NamedSubject,
  parseSubject,
  profileNames,
  settingNames,
} from '../../runtime/subject';
import { DEFAULT_MARGIN } from '../../statistics/comparison';
import { conclude } from '../conclude';
import { compareRuns } from './compared-runs';
import { compareSubjects } from './measure';
import { renderCompared } from './view';

type Options = TurnOptions & { margin: number; from?: string[] };

export function register(program: Command): void {
  withTurnOptions(
    program
      .command('compare')
      .description('compare two subjects in turns, with ratio, interval and verdict: 7 minutes')
      .argument(
        '[a]',
        `a subject: APP[@REVISION][:PROFILE][:SETTING=VALUE]..., such as ${appNames[0]}; profiles: ${profileNames.join(', ')}; settings: ${settingNames.join(', ')}`,
      )
      .argument(
        '[b]',
        `the other, such as ${[...appNames.slice(1, 2), `${appNames[0]}:workers=2`].join(', ')} or ${appNames[0]}@HEAD~3`,
      ),
  )
    .option('--margin <ratio>', 'differences within it count as equivalent', ratio, DEFAULT_MARGIN)
    .addOption(
      new Option('--from <runs...>', 'two runs on disk, before and after: nothing is measured')
        .conflicts(['metric', 'workload', 'rate', 'users', 'runs', 'seconds', 'budget'])
        .conflicts(['quick', 'runtime', 'seed']),
    )
    .action((a: string | undefined, b: string | undefined, options: Options) =>
      options.from === undefined ? measure(a, b, options) : read(a, options.from, options),
    );
}

/** What to suggest to somebody who named fewer. */
const someTwo = twoOf(appNames.map(notationOf));

async function measure(
  first: string | undefined,
  second: string | undefined,
  options: Options,
): Promise<void> {
  if (first === undefined || second === undefined) {
    throw usageError(`lab compare needs two subjects, such as ${typed(['compare', ...someTwo])}.`);
  }
  const named = { a: parseSubject(first), b: parseSubject(second) };
  const { runtime, json = false, seed, margin } = options;
  requireTwo(named.a, named.b);
  if (runtime === 'attached' && named.a.app === named.b.app) {
    throw usageError(
      `--runtime attached restarts nothing, so ${named.a.app} has one configuration there: use --runtime native or compose.`,
    );
  }
  const request = comparisonRequest(options, [named.a, named.b]);
  const [a, b] = [await atRevision(named.a), await atRevision(named.b)];
  requireTwo(a, b);
  return withLab({ conclude, runtime, json }, (context) =>
    compareSubjects({ ...context, a, b, request, margin, seed }),
  );
}

/** Two names may stand for one subject: of revisions that is known once they were looked up. */
function requireTwo(a: NamedSubject, b: NamedSubject): void {
  const subject = `${notationOf(a.app)}${a.notation.slice(a.app.length)}`;
  const told = `${typed(['noise', '--app', subject])} measures one against itself.`;
  if (a.notation === b.notation) throw usageError(`Both subjects are ${a.notation}: ${told}`);
  const rest = ({ app, profile, variation }: NamedSubject) =>
    JSON.stringify([app, profile, variation]);
  const tree = a.revision?.tree;
  if (tree === undefined || tree !== b.revision?.tree || rest(a) !== rest(b)) return;
  throw usageError(
    `${a.notation} and ${b.notation} are the same code (tree ${tree.slice(0, 7)}): ${told}`,
  );
}

function read(a: string | undefined, from: readonly string[], { margin, json }: Options): void {
  const [before, after, another] = from;
  if (a !== undefined || before === undefined || after === undefined || another !== undefined) {
    throw usageError('--from takes two runs and no subject: `lab compare --from BEFORE AFTER`.');
  }
  const results = compareRuns(
    RunFolder.open(resultsDir, before),
    RunFolder.open(resultsDir, after),
    { margin, resultsDir },
  );
  printResult({ json: json ?? false }, results, (all, screen) =>
    all.map((result) => renderCompared(result, screen)).join('\n'),
  );
}
