// `lab nightly`: measures the declared set once and judges it against earlier nights.
import { appendFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { ownFolders } from '../../../contract/app-files';
import { printResult, type RuntimeName, runtimeOption, seedOption } from '../../cli/options';
import { withLab } from '../../cli/with-lab';
import { configuration } from '../../configuration/configuration';
import { labVariables } from '../../configuration/variables';
import { andThen, environmentError, usageError } from '../../errors';
import { notify, type Webhook, webhookOf } from '../../live/notifications';
import { resultsDir } from '../../paths';
import { takeLock } from '../../results/file-lock';
import { readHistory } from '../../results/history';
import type { NightEntry } from '../../results/night-schema';
import { type AppName, appNames } from '../../runtime/subject';
import { requireAppendable } from '../../system-errors';
import { conclude } from '../conclude';
import { nightly } from './measure';
import { type NightlySettings, quick, readNightlySettings } from './settings';
import { gateOf, newsOf, renderHeartbeat, renderMessage, renderNight, renderSummary } from './text';
import { yardsticksOf } from './yardstick';

type Options = {
  app?: AppName[];
  config?: string;
  quick?: boolean;
  night: string;
  runtime: RuntimeName;
  seed: number;
  summary?: string;
  message?: string;
  webhook?: string;
  json?: boolean;
};

export function register(program: Command): void {
  program
    .command('nightly')
    .description('measure the declared set once and report what has changed: up to 2 hours')
    .addOption(
      new Option('--app <app...>', 'measure only these apps of the file').choices(appNames),
    )
    .option('--config <file>', 'what to measure, instead of lab/nightly.yaml')
    .option('--quick', 'few short blocks: a series of its own')
    .addOption(
      new Option('--night <date>', 'the date under which it is recorded')
        .default(today(), 'today, UTC')
        .argParser(date),
    )
    .addOption(runtimeOption())
    .addOption(seedOption())
    .option('--summary <file>', 'append the verdict, in Markdown')
    .option('--message <file>', 'append a message when the state has changed')
    .option(
      '--webhook <url>',
      `send the message there too, as {"text": ...} (${labVariables.webhookUrl.name})`,
    )
    .option('--json', 'print the night as JSON')
    .action(measureNight);
}

async function measureNight(options: Options): Promise<void> {
  if (options.runtime === 'kubernetes') {
    // The reference server is no Deployment, and a pod builds no revision.
    throw usageError(
      '--runtime kubernetes has no yardstick: measure nights with --runtime native, compose or attached.',
    );
  }
  const declared = declaredFor(options);
  const settings = options.quick ? quick(declared) : declared;
  const webhook = webhookOf(options.webhook ?? configuration.webhookUrl);
  for (const file of [options.summary, options.message]) {
    if (file) requireAppendable(file);
  }
  await using lock = await takeLock(join(resultsDir, 'nightly.lock'), 0);
  if (lock === undefined) {
    throw environmentError(
      `Another night is being measured (${join(resultsDir, 'nightly.lock')}). Wait for it to end, or stop it.`,
    );
  }
  const past = readHistory(resultsDir);
  const yardsticks = await yardsticksOf(settings, past.entries, options.runtime);
  let entry: NightEntry | undefined;
  const show = async (): Promise<void> => {
    if (entry === undefined) throw new Error('a night that ended has no entry');
    const ended = entry;
    printResult(options, ended, renderNight);
    process.exitCode = gateOf(ended);
    // Whoever has to be told is told first.
    await andThen(
      () => notifyAbout(ended, settings, webhook, options.message),
      [() => options.summary && appendFileSync(options.summary, renderSummary(ended))],
    );
  };
  await withLab({ ...options, conclude, show }, async (context) => {
    const { night, seed } = options;
    const done = await nightly({ ...context, settings, yardsticks, night, seed });
    entry = done.entry;
    for (const warning of done.warnings) console.error(`Warning: ${warning}`);
    return done.folder;
  });
}

/** @throws a usage error where the file measures nothing of the apps that are asked for */
function declaredFor({ app: wanted, config }: Options): NightlySettings {
  if (config === undefined && wanted?.some((app) => !ownFolders().includes(app))) {
    throw usageError(
      `lab/nightly.yaml measures the apps of apps/. Write a file like it for ${wanted.join(' and ')}, and name it with --config FILE: docs/own-app.md.`,
    );
  }
  const settings = readNightlySettings(config && resolve(config));
  if (wanted === undefined) return settings;
  const measure = settings.measure.filter(({ app }) => wanted.includes(app));
  if (measure.length > 0) return { ...settings, measure };
  throw usageError(
    `${config ?? 'lab/nightly.yaml'} measures nothing of ${wanted.join(' and ')}. List it there, or leave --app out.`,
  );
}

async function notifyAbout(
  entry: NightEntry,
  { heartbeatDays }: NightlySettings,
  webhook: Webhook | undefined,
  messageFile: string | undefined,
): Promise<void> {
  const { nights } = readHistory(resultsDir);
  const text = renderMessage(newsOf(entry, nights.at(-2)));
  if (messageFile && text) appendFileSync(messageFile, `${text}\n`);
  const warnings = await notify({
    resultsDir,
    text,
    heartbeat: { text: renderHeartbeat(nights, heartbeatDays), days: heartbeatDays },
    webhook,
    now: new Date(),
  });
  for (const warning of warnings) console.error(`Warning: ${warning}`);
}

const today = (): string => new Date().toISOString().slice(0, 10);

function date(text: string): string {
  if (z.iso.date().safeParse(text).success) return text;
  throw new InvalidArgumentError('Give a date such as 2026-11-25.');
}
