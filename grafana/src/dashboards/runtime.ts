import type { App } from '../../../contract/app';
import { apps } from '../../../contract/apps';
import type { Dashboard } from '../model';
import * as requests from '../queries/requests';
import * as runtime from '../queries/runtime';

/** The runtime with the apps that it runs, as far as their files say so. */
function titleOf(name: string, runtime: App['runtime']): string {
  const titles = apps.filter((app) => app.runtime === runtime).map(({ title }) => title);
  return titles.length === 0 ? name : `${name} (${titles.join(', ')})`;
}

export const runtimeInternals: Dashboard = {
  uid: 'headroom-runtime',
  title: 'Runtime internals',
  question: 'What happens inside the processes?',
  sections: [
    {
      title: 'Processes',
      panels: [
        {
          kind: 'timeseries',
          title: 'CPU cores in use',
          description: {
            shows:
              'CPU time per second of each app, all processes (solid), and what it may use (dotted).',
            read: 'One event loop or one interpreter lock uses one core at the most.',
            bad: 'At the dotted line: the CPU is the limit.',
          },
          unit: 'short',
          width: 8,
          queries: [runtime.cpuCores, runtime.cpuLimit],
        },
        {
          kind: 'timeseries',
          title: 'Memory',
          description: {
            shows: 'Resident memory of all processes; pages that workers share count for each.',
            read: 'It rises while a runtime warms up, then stays.',
            bad: 'A rise that does not end under steady load.',
          },
          unit: 'bytes',
          width: 8,
          queries: [runtime.residentMemory],
        },
        {
          kind: 'timeseries',
          title: 'Open files and sockets',
          description: {
            shows: 'Open file descriptors, connections of clients and to the database among them.',
            read: 'It follows the number of users.',
            bad: 'A rise that does not end under steady load.',
          },
          unit: 'short',
          width: 8,
          queries: [runtime.openFiles],
        },
        {
          kind: 'table',
          title: 'Processes now',
          description: {
            shows:
              'Time since the start, restarts and replaced workers in the time shown, workers alive.',
            read: 'The lab starts an app again for each trial: natively that counts as a restart, and is none. Workers are as many as the profile says.',
            bad: 'A replaced worker, in red, or a restart within a trial: the steps of that time are void.',
          },
          unit: 'none',
          width: 24,
          rows: { app: 'App' },
          queries: [runtime.upFor, runtime.restarts, runtime.workers, runtime.workersReplaced],
          units: { upFor: 's' },
          badFrom: { workersReplaced: 0.5 },
          size: 'few',
        },
      ],
    },
    {
      title: titleOf('Node', 'node'),
      panels: [
        {
          kind: 'timeseries',
          title: 'Event-loop lag',
          description: {
            shows: 'How late a timer of 20 ms fires: mean (dotted) and p99 (solid).',
            read: 'Every request waits this long before its next callback runs. The scale is logarithmic.',
            bad: 'Above 50 ms, the grey line: something holds the loop (see /work).',
          },
          unit: 's',
          width: 8,
          queries: runtime.eventLoopDelay,
          scale: 'log',
          bounds: [{ value: 0.05, meaning: 'Something holds the loop' }],
        },
        {
          kind: 'timeseries',
          title: 'Event-loop utilization',
          description: {
            shows: 'The share of time in which the loops had something to do.',
            read: 'It shows how near an event loop is to its limit, better than CPU does.',
            bad: 'Near 100 %: every further request waits for the loop.',
          },
          unit: 'percentunit',
          width: 8,
          queries: [runtime.eventLoopUtilization],
          max: 1,
        },
        {
          kind: 'timeseries',
          title: 'Memory of Node by kind',
          description: {
            shows:
              'Resident memory of the processes (solid) and the JavaScript heap in use (dashed).',
            read: 'A saw-tooth is the collector at work. The rest is buffers, code and stacks, over all processes.',
            bad: 'A heap whose low points keep rising; resident memory that rises without it: buffers leak.',
          },
          unit: 'bytes',
          width: 8,
          queries: [runtime.residentOfNode, runtime.heapUsed],
        },
        {
          kind: 'timeseries',
          title: 'Heap in use, of its limit',
          description: {
            shows: 'The share of what the JavaScript heaps may grow to.',
            read: 'A few per cent: the limit is sized for far more.',
            bad: 'Above 80 %: the collector runs all the time, then the process ends.',
          },
          unit: 'percentunit',
          width: 8,
          queries: [runtime.heapShare],
          max: 1,
        },
        {
          kind: 'timeseries',
          title: 'Garbage collection in Node',
          description: {
            shows:
              'Seconds per second in which a collection held the loop, by its kind, summed over all workers: several may exceed 100 %.',
            read: 'Minor ones are many and short; a major one is what a p99 may show.',
            bad: 'More than a few per cent.',
          },
          unit: 'percentunit',
          width: 8,
          queries: [runtime.nodeGc],
          words: ['minor', 'major', 'incremental', 'weakcb'],
        },
        {
          kind: 'timeseries',
          title: 'Pauses of the collector in Node, p99',
          description: {
            shows: 'How long the longest 1 % of collections held the loop, by kind.',
            read: 'As fine as the buckets: 0.1 ms to 100 ms.',
            bad: 'Longer than 10 ms: it shows in the p99 of requests.',
          },
          unit: 's',
          width: 8,
          queries: [runtime.nodeGcPause],
          words: ['minor', 'major', 'incremental', 'weakcb'],
          scale: 'log',
        },
      ],
    },
    {
      title: titleOf('Python', 'python'),
      panels: [
        {
          kind: 'timeseries',
          title: 'Request threads',
          description: {
            shows: 'Threads that answer a request (solid) and threads that are free (dotted).',
            read: 'Busy threads are the concurrency that the app has.',
            bad: 'None free: requests wait in the queue of the socket.',
          },
          unit: 'short',
          width: 8,
          queries: runtime.threads,
        },
        {
          kind: 'timeseries',
          title: 'Garbage collection in Python',
          description: {
            shows:
              'Seconds of collection per second, by generation, summed over all workers: several may exceed 100 %.',
            read: 'Generation 2 looks at everything and takes longest.',
            bad: 'More than a few per cent.',
          },
          unit: 'percentunit',
          width: 8,
          queries: [runtime.pythonGc],
          words: ['generation 0', 'generation 1', 'generation 2'],
        },
        {
          kind: 'timeseries',
          title: 'Pauses of the collector in Python, p99',
          description: {
            shows: 'How long the longest 1 % of collections took, by generation.',
            read: 'No other thread of the worker runs in that time.',
            bad: 'Longer than 10 ms: it shows in the p99 of requests.',
          },
          unit: 's',
          width: 8,
          queries: [runtime.pythonGcPause],
          words: ['generation 0', 'generation 1', 'generation 2'],
          scale: 'log',
        },
      ],
    },
    {
      title: 'Replicas, one by one',
      collapsed: true,
      panels: [
        {
          kind: 'timeseries',
          title: 'Requests by replica',
          description: {
            shows: 'Requests that each replica finishes per second.',
            read: 'The lines of one app should coincide.',
            bad: 'One replica more than a fifth off the mean: the load is not spread.',
          },
          unit: 'reqps',
          width: 8,
          queries: [requests.requestRateByReplica],
        },
        {
          kind: 'timeseries',
          title: 'CPU cores by replica',
          description: {
            shows: 'CPU time per second of each replica.',
            read: 'It follows the requests.',
            bad: 'A replica that uses more CPU for no more requests.',
          },
          unit: 'short',
          width: 8,
          queries: [runtime.cpuByReplica],
        },
        {
          kind: 'timeseries',
          title: 'Memory by replica',
          description: {
            shows: 'Resident memory of each replica.',
            read: 'Alike, give or take its age.',
            bad: 'One that keeps growing.',
          },
          unit: 'bytes',
          width: 8,
          queries: [runtime.memoryByReplica],
        },
      ],
    },
    {
      title: 'Container',
      collapsed: true,
      panels: [
        {
          kind: 'timeseries',
          title: 'Container CPU',
          description: {
            shows: 'Cores that the container uses (solid) and may use (dotted), over all replicas.',
            read: 'More than the processes use would be something else in the container.',
            bad: 'At the limit: see throttling.',
          },
          unit: 'short',
          width: 12,
          queries: [runtime.containerCpu, runtime.containerCpuLimit],
        },
        {
          kind: 'timeseries',
          title: 'Throttling',
          description: {
            shows:
              'The share of time for which the CPU limit stopped the container; of several replicas, the one stopped most.',
            read: 'A limit is enforced in periods of 100 ms: what it stops waits for the next one.',
            bad: 'Above 0 with latency that jumps by tens of milliseconds.',
          },
          unit: 'percentunit',
          width: 12,
          queries: [runtime.throttled],
        },
        {
          kind: 'timeseries',
          title: 'Container memory',
          description: {
            shows: 'Memory that the container uses (solid) and may use (dotted).',
            read: 'File cache is in it, and is given up when needed.',
            bad: 'At the limit: the kernel kills a process.',
          },
          unit: 'bytes',
          width: 12,
          queries: [runtime.containerMemory, runtime.containerMemoryLimit],
        },
        {
          kind: 'timeseries',
          title: 'Pressure',
          description: {
            shows:
              'The share of time in which some task waited for CPU (solid), disk (dashed), memory (dotted).',
            read: 'It counts waiting, which use does not show: a full CPU that nobody waits for is fine.',
            bad: 'CPU pressure that climbs with load: more work is ready than can run.',
          },
          unit: 'percentunit',
          width: 12,
          queries: runtime.pressure,
        },
      ],
    },
  ],
};
