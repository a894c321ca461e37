// Inside the processes: CPU, memory, event loop, threads, garbage collection, the container.
import type { Query } from '../model';
import {
  asShare,
  byApp,
  classicMean,
  classicQuantile,
  happened,
  ofApp,
  ofAppAsAWhole,
  rate,
  ratio,
} from './promql';

export const cpuCores: Query = {
  name: 'cpuCores',
  expr: byApp(rate('process_cpu_seconds_total', ofApp)),
  legend: '{{app}}',
};

export const cpuLimit: Query = {
  name: 'cpuLimit',
  expr: `app:cpu_limit:cores{${ofAppAsAWhole}}`,
  legend: '{{app}} may use',
  line: 'dotted',
};

export const cpuShare: Query = {
  name: 'cpuShare',
  expr: `app:cpu:share_rate5s{${ofAppAsAWhole}}`,
  legend: '{{app}}',
};

export const databaseCpuShare: Query = {
  name: 'databaseCpuShare',
  expr: 'database:cpu:share_rate5s',
  legend: 'database',
  when: 'native',
};

export const residentMemory: Query = {
  name: 'residentMemory',
  expr: byApp(`process_resident_memory_bytes{${ofApp}}`),
  legend: '{{app}}',
};

export const openFiles: Query = {
  name: 'openFiles',
  expr: byApp(`process_open_fds{${ofApp}}`),
  legend: '{{app}}',
};

export const workers: Query = {
  name: 'workers',
  expr: byApp(`server_workers{${ofApp}}`),
  legend: 'Workers',
};

export const workersReplaced: Query = {
  name: 'workersReplaced',
  expr: byApp(happened('server_worker_restarts_total', ofApp)),
  legend: 'Workers replaced',
};

/** Of several replicas the youngest. */
export const upFor: Query = {
  name: 'upFor',
  expr: `min by (app) (time() - process_start_time_seconds{${ofApp}})`,
  legend: 'Up for',
};

/** A process that starts again has another start time; a replica that comes is none. */
export const restarts: Query = {
  name: 'restarts',
  expr: byApp(`changes(process_start_time_seconds{${ofApp}}[$__range])`),
  legend: 'Restarts',
};

// --- Node ---

const delay = 'nodejs_eventloop_delay_seconds';

export const eventLoopDelay: Query[] = [
  {
    name: 'eventLoopDelayMean',
    expr: classicMean(delay, ofApp, 'app'),
    legend: '{{app}} mean',
    line: 'dotted',
  },
  {
    name: 'eventLoopDelayP99',
    expr: classicQuantile(0.99, delay, ofApp, 'app'),
    legend: '{{app}} p99',
  },
];

const active = byApp(rate('nodejs_eventloop_active_seconds_total', ofApp));
const idle = byApp(rate('nodejs_eventloop_idle_seconds_total', ofApp));

export const eventLoopUtilization: Query = {
  name: 'eventLoopUtilization',
  expr: asShare(ratio(active, `${active} + ${idle}`)),
  legend: '{{app}}',
};

export const nodeGc: Query = {
  name: 'nodeGc',
  expr: `sum by (gc_type) (${rate('nodejs_gc_duration_seconds_sum', ofApp)})`,
  legend: '{{gc_type}}',
};

/** Pauses are shorter than 0.1 s, so a quantile of 0.99 has fine buckets. */
export const nodeGcPause: Query = {
  name: 'nodeGcPause',
  expr: classicQuantile(0.99, 'nodejs_gc_duration_seconds', ofApp, 'gc_type'),
  legend: '{{gc_type}}',
};

const heap = byApp(`nodejs_heap_used_bytes{${ofApp}}`);

export const heapUsed: Query = {
  name: 'heapUsed',
  expr: heap,
  legend: '{{app}} heap',
  line: 'dashed',
};

/** Of the processes whose heap is known: buffers, code, stacks and the heap's own reserve. */
export const residentOfNode: Query = {
  name: 'residentOfNode',
  expr: `${byApp(`process_resident_memory_bytes{${ofApp}}`)} and on (app) ${heap}`,
  legend: '{{app}} resident',
};

export const heapShare: Query = {
  name: 'heapShare',
  expr: asShare(ratio(heap, byApp(`nodejs_heap_limit_bytes{${ofApp}}`))),
  legend: '{{app}}',
};

// --- Python ---

export const threads: Query[] = (['busy', 'idle'] as const).map((state) => ({
  name: `${state}Threads`,
  expr: byApp(`python_threads{${ofApp},state="${state}"}`),
  legend: `{{app}} ${state}`,
  line: state === 'busy' ? 'solid' : 'dotted',
}));

export const pythonGc: Query = {
  name: 'pythonGc',
  expr: `sum by (generation) (${rate('python_gc_duration_seconds_sum', ofApp)})`,
  legend: 'generation {{generation}}',
};

export const pythonGcPause: Query = {
  name: 'pythonGcPause',
  expr: classicQuantile(0.99, 'python_gc_duration_seconds', ofApp, 'generation'),
  legend: 'generation {{generation}}',
};

// --- the container ---

const inContainer = (name: string, expr: string, rest?: Partial<Query>): Query => ({
  name,
  expr,
  legend: '{{app}}',
  when: 'container',
  ...rest,
});

export const containerCpu = inContainer(
  'containerCpu',
  byApp(rate('container_cpu_usage_seconds_total', ofApp)),
  { legend: '{{app}} used' },
);

export const containerCpuLimit = inContainer(
  'containerCpuLimit',
  byApp(`container_cpu_limit_cores{${ofApp}}`),
  { legend: '{{app}} limit', line: 'dotted' },
);

export const throttled = inContainer(
  'throttled',
  `max by (app) (${rate('container_cpu_throttled_seconds_total', ofApp)})`,
);

export const containerMemory = inContainer(
  'containerMemory',
  byApp(`container_memory_usage_bytes{${ofApp}}`),
  { legend: '{{app}} used' },
);

export const containerMemoryLimit = inContainer(
  'containerMemoryLimit',
  byApp(`container_memory_limit_bytes{${ofApp}}`),
  { legend: '{{app}} limit', line: 'dotted' },
);

const pressureOf = (resource: string, line: Query['line'] & string): Query => ({
  name: `${resource}Pressure`,
  // Of several replicas the one that waits most: waiting does not add up to a share.
  expr: `max by (app) (${rate('container_pressure_waiting_seconds_total', `${ofApp},resource="${resource}"`)})`,
  legend: `{{app}} ${resource}`,
  when: 'pressure',
  line,
});

export const pressure: Query[] = [
  pressureOf('cpu', 'solid'),
  pressureOf('io', 'dashed'),
  pressureOf('memory', 'dotted'),
];

// --- each replica by itself ---

export const cpuByReplica: Query = {
  name: 'cpuByReplica',
  expr: `sum by (app, instance) (${rate('process_cpu_seconds_total', ofApp)})`,
  legend: '{{app}} {{instance}}',
};

export const memoryByReplica: Query = {
  name: 'memoryByReplica',
  expr: `sum by (app, instance) (process_resident_memory_bytes{${ofApp}})`,
  legend: '{{app}} {{instance}}',
};
