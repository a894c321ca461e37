// A history that a night can be judged by, in one process on one stack: node --require
// ts-node/register test/many-nights.ts CONFIG. A night is judged once there are ten before it, and
// what they have to say is how far apart quiet nights of this machine lie: some are measured, the
// others repeat their values in turn. The last are measured again, and judged.
import { nightly } from '../lab/experiments/nightly/measure';
import { quick, readNightlySettings } from '../lab/experiments/nightly/settings';
import { resultsDir } from '../lab/paths';
import { appendToHistory } from '../lab/results/history';
import type { NightEntry } from '../lab/results/night-schema';
import { NativeRuntime } from '../lab/runtime/native/native';

const measured = 3;
const neededBefore = 10;
const judged = 2;
/** A void night is tried again, this many times in all. */
const mostVoid = 10;

async function main(config = ''): Promise<void> {
  const settings = quick(readNightlySettings(config));
  const runtime = await NativeRuntime.open();
  let dates = 0;
  const nextDate = () => new Date(Date.UTC(2026, 0, ++dates)).toISOString().slice(0, 10);
  const measure = async (): Promise<NightEntry> => {
    for (let tried = 0; tried <= mostVoid; tried += 1) {
      const { entry } = await nightly({
        ...{ runtime, resultsDir, settings, events: {}, seed: 1 },
        ...{ arguments: ['nightly', '--quick'], signal: new AbortController().signal },
        night: nextDate(),
      });
      if (entry.status === 'valid') return entry;
    }
    throw new Error(`${mostVoid + 1} nights in a row were void`);
  };
  try {
    const real: NightEntry[] = [];
    while (real.length < measured) real.push(await measure());
    for (let count = measured; count < neededBefore; count += 1) {
      const values = real[count % measured] as NightEntry;
      const at = new Date().toISOString();
      await appendToHistory(resultsDir, {
        ...values,
        ...{ night: nextDate(), startedAt: at, endedAt: at },
      });
    }
    for (let count = 0; count < judged; count += 1) await measure();
  } finally {
    await runtime.close();
  }
}

void main(...process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
