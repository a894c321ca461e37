// What the tests of real nights share: a lab with a load so small that a busy core carries it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Lab, type Running } from './lab-process';

export const planted = 'express/default/db/cpu-ratio';
export const revisions = { before: 'a'.repeat(40), planted: 'b'.repeat(40), fixed: 'c'.repeat(40) };

/** @param blocks three at the least: fewer have no interval */
const configOf = (blocks: number) => `
budgetMinutes: 10
minimumEffect: 50 %
heartbeatDays: 7
mostVoidShare: 0.9
turns: { blocks: ${blocks}, warmupSeconds: 1, seconds: 2 }
measure:
  - { app: express, workload: db, rateRps: 60 }
`;

export class NightLab {
  private constructor(
    readonly lab: Lab,
    readonly configFile: string,
  ) {}

  static async create(blocks: number, settings: NodeJS.ProcessEnv = {}): Promise<NightLab> {
    const lab = await Lab.create({ HEADROOM_REVISION: revisions.before, ...settings });
    const configFile = join(lab.folder, 'nightly.yaml');
    writeFileSync(configFile, configOf(blocks));
    return new NightLab(lab, configFile);
  }

  start(night: string, env: NodeJS.ProcessEnv = {}, ...more: string[]): Running {
    const own = ['--quick', '--config', this.configFile, '--night', night];
    return this.lab.with(env).start('nightly', ...own, ...more);
  }
}
