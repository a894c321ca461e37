// The command line and environment that make k6 run a plan the lab's way.
import { join } from 'node:path';
import type { Plan } from '../../contract/plan';
import { rootDir } from '../paths';

export const scenarioFile = (scenario: string): string =>
  join(rootDir, 'k6/scenarios', `${scenario}.ts`);

export function k6Arguments(plan: Plan, address: string): string[] {
  return [
    ...['run', '--quiet', '--log-format', 'json', '--address', address],
    ...['--out', 'experimental-prometheus-rw'],
    scenarioFile(plan.scenario),
  ];
}

export function k6Environment(
  env: NodeJS.ProcessEnv,
  planFile: string,
  prometheusUrl: string,
): NodeJS.ProcessEnv {
  // A K6_VUS or K6_DURATION of the user's would silently replace the plan's steps.
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('K6_')));
  return {
    ...own,
    PLAN: planFile,
    K6_NO_USAGE_REPORT: 'true',
    K6_AUTO_EXTENSION_RESOLUTION: 'false',
    K6_FEATURES: 'native-histograms',
    K6_PROMETHEUS_RW_SERVER_URL: `${prometheusUrl}/api/v1/write`,
    K6_PROMETHEUS_RW_TREND_AS_NATIVE_HISTOGRAM: 'true',
    K6_PROMETHEUS_RW_PUSH_INTERVAL: '2s',
    K6_PROMETHEUS_RW_STALE_MARKERS: 'true',
  };
}
