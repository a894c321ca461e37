// What Node itself does in a worker: its event loop, its garbage collector, its heap.
import {
  constants,
  type PerformanceEntry,
  PerformanceObserver,
  performance,
} from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { EVENT_LOOP_DELAY_BUCKETS, GC_BUCKETS } from './buckets';

const TIMER_MS = 20;

export function observeRuntime(registry: Registry): void {
  observeEventLoop(registry);
  observeGarbageCollector(registry);
  new Gauge({
    name: 'nodejs_heap_used_bytes',
    help: 'JavaScript heap in use.',
    registers: [registry],
    collect() {
      this.set(getHeapStatistics().used_heap_size);
    },
  });
  new Gauge({
    name: 'nodejs_heap_limit_bytes',
    help: 'What the JavaScript heaps may grow to.',
    registers: [registry],
    collect() {
      this.set(getHeapStatistics().heap_size_limit);
    },
  });
}

function observeEventLoop(registry: Registry): void {
  // perf_hooks' own monitor has quantiles but no cumulative buckets, so a timer it is.
  const delay = new Histogram({
    name: 'nodejs_eventloop_delay_seconds',
    help: 'How late a timer of 20 ms fired, sampled all the time; counts never reset.',
    buckets: EVENT_LOOP_DELAY_BUCKETS,
    registers: [registry],
  });
  let due = performance.now() + TIMER_MS;
  setInterval(() => {
    const now = performance.now();
    delay.observe(Math.max(now - due, 0) / 1_000);
    due = now + TIMER_MS;
  }, TIMER_MS).unref();

  new Counter({
    name: 'nodejs_eventloop_active_seconds_total',
    help: 'Time the event loops of the workers were busy. With idle it gives their utilization.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(performance.eventLoopUtilization().active / 1_000);
    },
  });
  new Counter({
    name: 'nodejs_eventloop_idle_seconds_total',
    help: 'Time the event loops of the workers waited for events.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(performance.eventLoopUtilization().idle / 1_000);
    },
  });
}

function observeGarbageCollector(registry: Registry): void {
  const pause = new Histogram({
    name: 'nodejs_gc_duration_seconds',
    help: 'Pauses of the garbage collector by kind.',
    labelNames: ['gc_type'],
    buckets: GC_BUCKETS,
    registers: [registry],
  });
  const kinds = new Map([
    [constants.NODE_PERFORMANCE_GC_MAJOR, pause.labels('major')],
    [constants.NODE_PERFORMANCE_GC_MINOR, pause.labels('minor')],
    [constants.NODE_PERFORMANCE_GC_INCREMENTAL, pause.labels('incremental')],
    [constants.NODE_PERFORMANCE_GC_WEAKCB, pause.labels('weakcb')],
  ]);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { kind } = (entry as PerformanceEntry & { detail: { kind: number } }).detail;
      kinds.get(kind)?.observe(entry.duration / 1_000);
    }
  }).observe({ entryTypes: ['gc'] });
}
