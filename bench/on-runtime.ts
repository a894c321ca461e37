// Where a bench makes runs as the lab's own verbs do: on a runtime that is taken down however it ends,
// each run kept and concluded like any other.
import { abortOnSignals } from '../lab/cli/interrupt';
import { openRuntime, type RuntimeName } from '../lab/cli/options';
import { andThen } from '../lab/errors';
import { conclude } from '../lab/experiments/conclude';
import type { RunContext } from '../lab/measure/conductor';
import { resultsDir } from '../lab/paths';

export const tell = (line: string): void => void process.stderr.write(`${line}\n`);

/** @param args of the command line, as the runs record them */
export async function onRuntime(
  kind: RuntimeName,
  args: readonly string[],
  body: (context: RunContext) => Promise<void>,
): Promise<void> {
  const signal = abortOnSignals();
  const runtime = await openRuntime(kind, signal);
  const context: RunContext = {
    ...{ runtime, resultsDir, arguments: ['bench', ...args], signal },
    events: { onFinding: tell },
    conclude: async (folder) => void (await conclude(folder)),
  };
  await andThen(() => body(context), [() => runtime.close()]);
}
