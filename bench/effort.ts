// What each app needed beyond its framework: lines by feature, dependencies, sizes, start, memory.
// Kept in results/effort.json, for whoever quotes it.

import { andThen } from '../lab/errors';
import { type ClaimedApp, claimedApps } from '../lab/experiments/claims/design';
import {
  type AppEffort,
  type Effort,
  effortFile,
  writeEffort,
} from '../lab/experiments/claims/effort';
import { revision, thisHost } from '../lab/measure/begin-run';
import { resultsDir } from '../lab/paths';
import { readArguments } from './arguments';
import { linesByFeature } from './effort/features';
import { imageSizes } from './effort/images';
import { packagesOf } from './effort/packages';
import { renderEffort } from './effort/render';
import { inDefaultProfile, runningOf } from './effort/running';
import { Stage } from './stage';

/** `npm run bench -- effort [--json]`: two minutes; alone on the machine, for the start times. */
export async function run(args: readonly string[]): Promise<void> {
  const given = readArguments(args, { flags: ['--json'] });
  const effort = await measureEffort((text) => process.stderr.write(`${text}\n`));
  writeEffort(resultsDir, effort);
  process.stdout.write(
    given.has('--json') ? `${JSON.stringify(effort, null, 2)}\n` : `${renderEffort(effort)}\n`,
  );
  process.stderr.write(`Kept in ${effortFile(resultsDir)}\n`);
}

async function measureEffort(say: (text: string) => void): Promise<Effort> {
  const images = await imageSizes();
  // What can be read is read first: a file that is missing is told before anything is started.
  const read = Object.fromEntries(
    claimedApps.map((app) => [app, { lines: linesByFeature(app), ...packagesOf(app) }]),
  ) as Record<ClaimedApp, Pick<AppEffort, 'lines' | 'dependencies' | 'installBytes'>>;
  const measuredAt = new Date().toISOString();
  const stage = await Stage.open();
  return andThen(async () => {
    const measured = async (app: ClaimedApp): Promise<AppEffort> => ({
      ...read[app],
      image: images[app],
      ...(await runningOf(stage, inDefaultProfile(stage, app), (seconds) =>
        say(`${app} ready in ${seconds.toFixed(2)} s`),
      )),
    });
    return {
      schemaVersion: 1,
      measuredAt,
      revision: revision(),
      host: thisHost(),
      profile: 'default',
      caveats: stage.placement.compromises,
      apps: { express: await measured('express'), django: await measured('django') },
    };
  }, [() => stage.close()]);
}
