// `lab claims` as a person asks for it, on real parts: attacks on both apps, measured once, used again.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClaimsResult } from '../lab/experiments/claims/analyse';
import { readClaims } from '../lab/experiments/claims/design';
import { findingsOf } from '../lab/experiments/conclude';
import { designOf } from '../lab/experiments/index';
import { listRunIds, RunFolder } from '../lab/results/run-folder';
import { type Finished, Lab } from './lab-process';

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.create();
});
afterAll(() => lab.remove());

const latest = (kind: string): RunFolder => {
  const ids = listRunIds(lab.resultsDir).filter((id) => id.includes(`-${kind}-`));
  return RunFolder.open(lab.resultsDir, ids.at(-1));
};
const judgedOf = (folder: RunFolder) => (findingsOf(folder).experiment as ClaimsResult).judged;

describe('claims that nothing on disk answers yet', () => {
  let cutOff: Finished;
  let finished: Finished;
  beforeAll(async () => {
    const running = lab.start('claims', 'django-secure', 'small-projects', '--quick');
    await running.prints(/2 of 2, about \d+ min left: capacity of express and django/, 480);
    running.signal('SIGINT');
    cutOff = await running.ended;
    finished = await lab.run('claims', 'django-secure', 'express-secure', '--quick');
  }, 600_000);

  it('are told first how long it takes, and what will be measured', () => {
    expect(cutOff.stderr).toMatch(
      /To be measured, about \d+ min in all, quick.*attacks on both apps.*capacity of express/s,
    );
    expect(cutOff.code, cutOff.stderr).toBe(130);
  });

  it('go on after an interruption with what it left complete', () => {
    expect(finished.code, finished.stderr).toBe(0);
    const probes = listRunIds(lab.resultsDir).filter((id) => id.includes('-probes-'));
    expect(probes).toHaveLength(1);
    expect(finished.stderr).toContain('Nothing will be measured');
    expect(finished.stderr).toContain(probes[0]);
  });

  it('are judged by what was measured', () => {
    const { outcomes = [] } = designOf(latest('probes').run, 'probes') ?? {};
    for (const app of ['express', 'django']) {
      expect(outcomes.filter((one) => one.app === app).length, app).toBeGreaterThan(10);
    }
    const judged = judgedOf(latest('claims'));
    expect(judged.map(({ id }) => id).sort()).toEqual(['django-secure', 'express-secure']);
    for (const { verdict, sentence } of judged) {
      expect(verdict, sentence).toBe('supported');
      expect(finished.stdout).toContain(sentence);
    }
  });

  it('leave a run of their own, a page and the data, which lab show prints again', async () => {
    const { path, run } = latest('claims');
    expect(run.status).toBe('complete');
    for (const file of ['report.html', 'claims.md', 'analysis.json']) {
      expect(existsSync(join(path, file)), file).toBe(true);
    }
    const { evidence } = readClaims(join(path, 'claims.json'));
    expect(evidence.map(({ sources }) => sources.map(({ run: id }) => id))).toEqual([
      [latest('probes').run.id],
    ]);
    expect((await lab.run('show')).stdout).toBe(finished.stdout);
    expect((await lab.run('show', latest('probes').run.id)).stdout).toContain('SQL injection');
  });
});

describe('claims asked again', () => {
  it('use what is on disk, with its date and revision, and write the documents', async () => {
    const page = join(lab.folder, 'claims.md');
    const before = listRunIds(lab.resultsDir).filter((id) => id.includes('-probes-'));
    const asked = await lab.run('claims', 'django-secure', '--doc', page);
    expect(asked.code, asked.stderr).toBe(0);
    expect(asked.stderr).toContain('Nothing will be measured');
    expect(asked.stderr).toContain(before[0]);
    expect(listRunIds(lab.resultsDir).filter((id) => id.includes('-probes-'))).toEqual(before);
    expect(readFileSync(page, 'utf8')).toContain('# The claims, tested');
    expect(readClaims(page.replace('.md', '.json')).evidence[0]?.sources[0]?.reused).toBe(true);
  });

  it('from disk alone say what there is not enough evidence for', async () => {
    const { code, stdout } = await lab.run('claims', 'express-faster', '--from-disk', '--json');
    expect(code).toBe(0);
    const [judged] = JSON.parse(stdout).experiment.judged;
    expect(judged).toMatchObject({
      verdict: 'not enough evidence',
      because: 'nothing on disk answers it yet',
    });
  });
});

it.each([
  { args: ['no-such-claim'], says: 'No claim is called "no-such-claim": there are express-faster' },
  { args: ['--doc', 'claims.txt', '--from-disk'], says: 'give a file that ends in .md' },
])('refuses $args', async ({ args, says }) => {
  const { code, stderr } = await lab.run('claims', ...args);
  expect(stderr).toContain(says);
  expect(code).toBe(2);
});
