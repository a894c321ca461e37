// `lab noise --app A`: a subject against itself, and what comparisons show there.
import type { Command } from 'commander';
import { comparisonRequest, type TurnOptions, withTurnOptions } from '../../cli/turns';
import { withLab } from '../../cli/with-lab';
import { atRevision } from '../../runtime/revisions/app';
import { appNames, parseSubject } from '../../runtime/subject';
import { conclude } from '../conclude';
import { noise } from './measure';

export function register(program: Command): void {
  withTurnOptions(
    program
      .command('noise')
      .description(
        'measure one subject against itself, to show what a comparison finds where nothing differs: 7 minutes',
      )
      .requiredOption(
        '--app <subject>',
        `${appNames.join(', ')}, or a subject such as ${appNames[0]}:workers=2`,
      ),
  ).action(async (options: TurnOptions & { app: string }) => {
    const named = parseSubject(options.app);
    const request = comparisonRequest(options, [named]);
    const subject = await atRevision(named);
    const { runtime, json = false, seed } = options;
    return withLab({ conclude, runtime, json }, (context) =>
      noise({ ...context, subject, request, seed }),
    );
  });
}
