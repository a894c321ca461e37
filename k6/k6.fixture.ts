// k6 itself, for tests: run or inspect a script with variables and nothing else of ours set.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import type { Plan, Summary } from '../contract/plan.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const built = here('../.lab/bin/k6');
const k6 = existsSync(built) ? built : 'k6';

export type Ended = { code: number | null; stdout: string; stderr: string };

/** Runs `k6 VERB` on the scenario; variables go in by the environment or, to inspect, by flags. */
export const k6On = (
  verb: 'run' | 'inspect',
  scenario: string,
  variables: Record<string, string> = {},
  flags: string[] = [],
): Promise<Ended> => k6OnScript(verb, here(`scenarios/${scenario}.ts`), variables, flags);

/** The same on any script. */
export async function k6OnScript(
  verb: 'run' | 'inspect',
  script: string,
  variables: Record<string, string> = {},
  flags: string[] = [],
): Promise<Ended> {
  const named = Object.entries(variables).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const own = Object.entries(process.env).filter(([name]) => !/^(K6|HEADROOM)_/.test(name));
  const environment = {
    ...Object.fromEntries(own),
    K6_NO_USAGE_REPORT: 'true',
    K6_AUTO_EXTENSION_RESOLUTION: 'false',
    ...(verb === 'run' ? variables : {}),
  };
  const args = [verb, ...(verb === 'run' ? ['--quiet'] : named), ...flags, script];
  const { exitCode, stdout, stderr } = await execa(k6, args, {
    env: environment,
    extendEnv: false,
    stripFinalNewline: false,
    reject: false,
  });
  return { code: exitCode ?? null, stdout, stderr };
}

/** The names of k6/scenarios. */
export const scenarioNames = readdirSync(here('scenarios')).map((file) => file.replace('.ts', ''));

/** A plan as a file, with the file that its summary will be; both are there as long as the test. */
export function written(plan: Plan): {
  HEADROOM_PLAN: string;
  summary: (generator?: number) => Summary;
} {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-k6-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const summaryPath = join(folder, 'summary.json');
  const HEADROOM_PLAN = join(folder, 'plan.json');
  writeFileSync(HEADROOM_PLAN, JSON.stringify({ ...plan, summaryPath }));
  const pathOf = (generator?: number) =>
    generator === undefined ? summaryPath : `${summaryPath}.${generator}`;
  return {
    HEADROOM_PLAN,
    summary: (generator) => JSON.parse(readFileSync(pathOf(generator), 'utf8')),
  };
}
