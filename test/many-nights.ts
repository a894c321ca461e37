// Several nights in one process on one stack, each with trials of its own: node --require
// ts-node/register test/many-nights.ts CONFIG COUNT. Prints how many of them are valid.
import { nightly } from '../lab/experiments/nightly/measure';
import { quick, readNightlySettings } from '../lab/experiments/nightly/settings';
import { resultsDir } from '../lab/paths';
import { NativeRuntime } from '../lab/runtime/native/native';

/** A void night is tried again, this many times in all. */
const mostVoid = 10;

async function main(config = '', wanted = ''): Promise<void> {
  const settings = quick(readNightlySettings(config));
  const runtime = await NativeRuntime.open();
  let [valid, made] = [0, 0];
  try {
    while (valid < Number(wanted) && made < Number(wanted) + mostVoid) {
      const night = new Date(Date.UTC(2026, 0, 1 + made)).toISOString().slice(0, 10);
      const { entry } = await nightly({
        runtime,
        resultsDir,
        arguments: ['nightly', '--quick'],
        signal: new AbortController().signal,
        events: {},
        settings,
        night,
        seed: 1,
      });
      made += 1;
      if (entry.status === 'valid') valid += 1;
    }
  } finally {
    await runtime.close();
  }
  console.log(`${valid} valid nights of ${made}`);
}

void main(...process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
