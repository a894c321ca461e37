// CPU time of apps and of Prometheus that somebody else started, by their own metrics pages.
import { fetchSums } from '../metrics-page';
import type { AppName } from '../subject';

const ofContainer = 'container_cpu_usage_seconds_total';
const ofProcesses = 'process_cpu_seconds_total';

/** Prometheus makes its whole page for each who asks; what it uses in this time is little. */
const prometheusEveryMs = 2000;

export class CpuOfPages {
  private prometheus = 0;
  private prometheusAtMs = 0;

  /** @param apps the metrics pages of each */
  constructor(
    private readonly apps: ReadonlyMap<AppName, readonly string[]>,
    private readonly prometheusPage: string,
  ) {}

  /** CPU seconds so far; null of an app that does not answer. */
  async read(): Promise<{ apps: Map<AppName, number | null>; prometheus: number }> {
    const apps = [...this.apps].map(async ([app, urls]) => {
      const seconds = await secondsOn(urls).catch(() => null);
      return [app, seconds] as const;
    });
    const [read] = await Promise.all([Promise.all(apps), this.readPrometheus()]);
    return { apps: new Map(read), prometheus: this.prometheus };
  }

  private async readPrometheus(): Promise<void> {
    if (Date.now() - this.prometheusAtMs < prometheusEveryMs) return;
    this.prometheusAtMs = Date.now();
    // One that is down uses nothing more.
    this.prometheus = await secondsOn([this.prometheusPage]).catch(() => this.prometheus);
  }
}

async function secondsOn(urls: readonly string[]): Promise<number> {
  const sum = await fetchSums(urls, [ofContainer, ofProcesses]);
  // The container's own account has what else runs in it, and is finer than the ticks of processes.
  return sum(ofContainer) || sum(ofProcesses);
}
