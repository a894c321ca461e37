import { describe, expect, it } from 'vitest';
import { cpuFileIn, secondsInFile, secondsInStats } from './engine';

const id = 'f17086490c5c';

describe('CPU time of a container', () => {
  it.each([
    [
      'cgroup 2 under systemd',
      `0::/system.slice/docker-${id}.scope\n`,
      `/sys/fs/cgroup/system.slice/docker-${id}.scope/cpu.stat`,
    ],
    [
      'cgroup 1, each controller on its own',
      `4:memory:/docker/${id}\n2:cpuacct:/docker/${id}\n1:cpu:/docker/${id}\n0::/docker/${id}\n`,
      `/sys/fs/cgroup/cpuacct/docker/${id}/cpuacct.usage`,
    ],
    [
      'cgroup 1, controllers together',
      `4:cpu,cpuacct:/docker/${id}\n1:name=systemd:/docker/${id}\n`,
      `/sys/fs/cgroup/cpuacct/docker/${id}/cpuacct.usage`,
    ],
    ['a process that is not of that container', '0::/user.slice/session-1.scope\n', undefined],
    ['a process that is gone', '', undefined],
  ])('is found for %s', (_what, list, file) => {
    expect(cpuFileIn(list, id)).toBe(file);
  });

  it('is read in either unit', () => {
    expect(secondsInFile('9382470593\n')).toBeCloseTo(9.38247, 5);
    expect(secondsInFile('usage_usec 1500000\nuser_usec 7\nnr_periods 2\n')).toBe(1.5);
  });

  it('is taken from the engine elsewhere, and not of a container that has ended', () => {
    const cpu_stats = { cpu_usage: { total_usage: 2_500_000_000 } };
    expect(secondsInStats({ cpu_stats, pids_stats: { current: 13 } })).toBe(2.5);
    expect(secondsInStats({ cpu_stats, pids_stats: {} })).toBeNull();
  });
});
