// `lab tour` (npm start): both apps checked and pushed, by rate and by users, then compared in turns.
import type { Command } from 'commander';
import { type AppName, appNames, namedApps, serves } from '../../../contract/apps';
import { type MeasuringOptions, withMeasuringOptions } from '../../cli/options';
import { withLab } from '../../cli/with-lab';
import { paces } from '../../measure/plans';
import { conclude } from '../conclude';
import { tour } from './measure';

type Options = MeasuringOptions & { quick?: boolean; stay?: boolean; open?: boolean };

/** Told before anything is brought up: what will happen, how long it takes, and how to end it. */
function announcement(apps: readonly AppName[], quick: boolean): string {
  const hasShop = apps.some((app) => serves(app, 'shop'));
  const isAlone = apps.length === 1;
  const [seconds, minutes] = isAlone ? ['a minute', '2 minutes'] : ['100 seconds', '5 minutes'];
  return `A tour: ${isAlone ? 'the' : 'each'} app is checked, loaded at rising rates and by more and more users${hasShop ? ', and visited as a shop' : ''}${
    isAlone ? '' : ';\nthen two apps are loaded in turns and compared'
  }.
It takes about ${quick ? seconds : minutes}. Ctrl-C ends it, and keeps what was measured.`;
}

export function register(program: Command): void {
  withMeasuringOptions(
    program
      .command('tour')
      .description(
        'check both apps, push each by rate and by users, then compare two in turns: 5 minutes (npm start)',
      )
      .argument('[apps...]', `which apps (the default: all): ${appNames.join(', ')}`)
      .option('--quick', 'shorter steps and fewer of them: about 2 minutes')
      .option('--stay', 'keep the stack up afterwards, even without a terminal')
      .option('--open', 'show the report in the browser at the end'),
  ).action((names: string[], { quick = false, seed, stay = false, ...options }: Options) => {
    const apps = namedApps(names);
    const lab = {
      ...{ conclude, ...options, stay: stay || process.stdout.isTTY },
      announcement: announcement(apps, quick),
    };
    return withLab(lab, (context) =>
      tour({ ...context, apps, pace: quick ? paces.quick : paces.full, seed }),
    );
  });
}
