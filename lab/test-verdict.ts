// A vitest reporter: the last line of `npm test`, and the gate on skipped tests.
//
// The files in which a test failed are listed in .lab/failed-tests, so that CI can run them once more.
// A test that was skipped proved nothing. Each is named with its reason, and where CI is set, one
// that HEADROOM_ALLOWED_SKIPS (a regular expression on test names) does not allow fails the run.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';
import { configuration } from './configuration/configuration';

interface Skip {
  name: string;
  /** What the test said in `context.skip(reason)`. */
  reason: string;
}

interface Verdict {
  passed: number;
  /** Tests that failed, and files and groups of tests that could not be run at all. */
  failed: number;
  skips: Skip[];
}

/** Skips that are not allowed on a machine that has everything the tests need. */
export function forbiddenSkips(skips: Skip[], allowed: string | undefined): Skip[] {
  const isAllowed = allowed ? new RegExp(allowed) : /(?!)/;
  return skips.filter((skip) => !isAllowed.test(skip.name));
}

/** The skips, a line each, and the counts alone on the last line, where CI looks for them. */
function renderVerdict({ passed, failed, skips }: Verdict): string {
  const lines = skips.map(({ name, reason }) => `SKIPPED  ${name}\n         because: ${reason}`);
  const skipped = skips.length ? `, ${skips.length} skipped` : '';
  return [...lines, `${passed} passed, ${failed} failed${skipped}`].join('\n');
}

function judge(modules: readonly TestModule[], unhandledErrors: number): Verdict {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const inState = (state: string) => tests.filter((test) => test.result().state === state);
  const failedTests = inState('failed').length;
  const groups = modules.flatMap((module) => [module, ...module.children.allSuites()]);
  const broken = groups.filter((group) => group.errors().length > 0).length;
  return {
    passed: inState('passed').length,
    // An error outside of any test must not end in "0 failed".
    failed: failedTests + broken || (unhandledErrors ? 1 : 0),
    skips: inState('skipped').map((test) => ({ name: nameOf(test), reason: reasonOf(test) })),
  };
}

const nameOf = (test: TestCase) => `${test.module.relativeModuleId} > ${test.fullName}`;

function reasonOf(test: TestCase): string {
  const result = test.result();
  const note = result.state === 'skipped' ? result.note : undefined;
  return note ?? 'no reason given (give one: context.skip(reason))';
}

export default class TestVerdict implements Reporter {
  /** With `-t NAME` all other tests are skipped because the user said so. */
  private isNarrowed = false;
  private failedList = '';

  onInit(vitest: Vitest): void {
    this.isNarrowed = vitest.config.testNamePattern !== undefined;
    this.failedList = join(vitest.config.root, '.lab/failed-tests');
    rmSync(this.failedList, { force: true });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const verdict = judge(modules, unhandledErrors.length);
    if (this.isNarrowed) verdict.skips = [];
    console.log(`\n${renderVerdict(verdict)}`);
    const forbidden = configuration.isCi
      ? forbiddenSkips(verdict.skips, configuration.allowedSkips)
      : [];
    // To run files again answers neither for an error outside of the tests nor for a forbidden skip.
    if (unhandledErrors.length === 0 && forbidden.length === 0) this.listFailed(modules);
    if (forbidden.length === 0) return;
    const names = forbidden.map(({ name }) => `  ${name}`).join('\n');
    console.error(`These tests may not be skipped in CI:\n${names}`);
    process.exitCode = 1;
  }

  private listFailed(modules: readonly TestModule[]): void {
    const files = modules.filter((module) => !module.ok()).map((file) => file.relativeModuleId);
    if (files.length === 0) return;
    mkdirSync(dirname(this.failedList), { recursive: true });
    writeFileSync(this.failedList, [...new Set(files)].map((file) => `${file}\n`).join(''));
  }
}
