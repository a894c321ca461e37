import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { rootDir } from '../../paths';
import { nativeConfig, prometheusArguments } from './prometheus';

const source = readFileSync(join(rootDir, 'prometheus/prometheus.yml'), 'utf8');

describe('Prometheus on this machine', () => {
  it('keeps every job, interval and label of the container configuration', () => {
    const there = parse(source);
    const here = parse(nativeConfig(source, '/etc'));
    expect(here.global).toEqual(there.global);
    const bare = (config: typeof there) =>
      config.scrape_configs.map(
        ({ dns_sd_configs, static_configs, ...job }: Record<string, unknown>) => job,
      );
    const apps = parse(readFileSync(join(rootDir, 'contract/generated/scrape.yml'), 'utf8'));
    expect(bare(here)).toEqual([...bare(apps), ...bare(there)]);
    expect(here.rule_files).toEqual(['/etc/rules/*.rules.yml']);
  });

  it('scrapes addresses of this machine only', () => {
    for (const job of parse(nativeConfig(source, '/etc')).scrape_configs) {
      expect(job.dns_sd_configs).toBeUndefined();
      expect(job.static_configs[0].targets[0]).toMatch(/^127\.0\.0\.1:\d+$/);
    }
  });

  it('looks back as far as in containers, and no further than a few scrapes', () => {
    const compose = parse(readFileSync(join(rootDir, 'docker-compose.yml'), 'utf8'), {
      merge: true,
    });
    const lookback = (args: string[]) => args.filter((arg) => arg.includes('lookback-delta'));
    const here = lookback(prometheusArguments('prometheus.yml', 'data', 9090));
    expect(here).toEqual(['--query.lookback-delta=10s']);
    expect(lookback(compose.services.prometheus.command)).toEqual(here);
  });

  it.each(['plain', 'a [12] b?', 'back\\slash', 'sp ace {x}', 'st*r', "quo'te", 'ünïcode'])(
    'finds the rules of a clone called %s, and no other’s',
    async (name) => {
      const folder = mkdtempSync(join(tmpdir(), 'headroom-rules-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      const own = join(folder, name);
      // Those that a pattern would match in its place.
      for (const clone of [own, join(folder, 'a 1 bc'), join(folder, 'backslash')]) {
        cpSync(join(rootDir, 'prometheus/rules'), join(clone, 'rules'), { recursive: true });
      }
      writeFileSync(join(folder, 'prometheus.yml'), nativeConfig(source, own));
      const { all } = await execa('promtool', ['check', 'config', join(folder, 'prometheus.yml')], {
        all: true,
        env: { PATH: `${join(rootDir, '.lab/bin')}:${process.env.PATH}` },
      });
      const files = readdirSync(join(own, 'rules')).filter((file) => file.endsWith('.rules.yml'));
      expect(all).toContain(`${files.length} rule files found`);
    },
  );

  it('refuses a job that it has no address for', () => {
    const unknown = source.replace('job_name: exporter', 'job_name: flask');
    expect(() => nativeConfig(unknown, '/etc')).toThrow(/job flask/);
  });
});
