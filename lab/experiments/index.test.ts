// What the terminal prints of each experiment, held against files that people have read.
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { renderViews } from '../render/terminal';
import { renderReport, renderRun } from './documents';
import { experimentRuns } from './experiment-runs.fixture';
import { type ReportedRun, viewOf } from './index';

let runs: Record<string, ReportedRun>;
beforeAll(async () => {
  runs = await experimentRuns();
});

const golden = (name: string) => join(__dirname, 'goldens', `${name}.txt`);

/** Without the heading and the machine, which differ from one to the next. */
function printed(name: string): string {
  const { run, found } = runs[name] as ReportedRun;
  if (found.experiment === undefined) throw new Error(`${name} is no experiment`);
  const warnings = found.warnings.map((warning) => `Note: ${warning}`);
  return [renderViews(viewOf(found.experiment, run)), ...found.sentences, ...warnings, ''].join(
    '\n',
  );
}

describe.each([
  ['a search', 'search'],
  ['several searches, the generator the limit', 'generator-limit'],
  ['scaling by users', 'scale-users'],
  ['scaling at too few levels', 'scale-few-levels'],
])('%s', (name, file) => {
  it('prints as it did', async () => {
    await expect(printed(name)).toMatchFileSnapshot(golden(file));
  });

  it('has its sentences and warnings on the terminal and on the page', async () => {
    const reported = runs[name] as ReportedRun;
    const { sentences, warnings } = reported.found;
    const printed = renderRun(reported);
    const page = (await renderReport([reported])).replaceAll('&#39;', "'");
    for (const text of [...sentences, ...warnings]) {
      expect(printed).toContain(text);
      expect(page).toContain(text);
    }
  });
});
