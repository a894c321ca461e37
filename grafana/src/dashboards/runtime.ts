import type { Dashboard } from '../model';
import * as requests from '../queries/requests';
import * as runtime from '../queries/runtime';

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
              'CPU time a second of each app, all processes (solid), and what it may use (dotted).',
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
            bad: 'A rise that goes on under steady load.',
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
            bad: 'A rise that goes on under steady load.',
          },
          unit: 'short',
          width: 8,
          queries: [runtime.openFiles],
        },
        {
          kind: 'timeseries',
          title: 'Workers',
          description: {
            shows: 'Worker processes that are alive.',
            read: "The configured number, at all times: see the run's subject.",
            bad: 'A dip: a worker died.',
          },
          unit: 'short',
          width: 12,
          queries: [runtime.workers],
        },
        {
          kind: 'timeseries',
          title: 'Workers replaced',
          description: {
            shows: 'Workers that ended unasked and were replaced, within the last minute.',
            read: '0.',
            bad: 'Anything else: the steps of that minute are void.',
          },
          unit: 'short',
          width: 12,
          queries: [runtime.workerRestarts],
        },
      ],
    },
    {
      title: 'Node (Express)',
      panels: [
        {
          kind: 'timeseries',
          title: 'Event-loop lag',
          description: {
            shows: 'How late a timer of 20 ms fires: mean (dotted) and p99 (solid).',
            read: 'Every request waits this long before its next callback runs.',
            bad: 'Tens of milliseconds: something holds the loop (see /work).',
          },
          unit: 's',
          width: 8,
          queries: runtime.eventLoopDelay,
        },
        {
          kind: 'timeseries',
          title: 'Event-loop utilization',
          description: {
            shows: 'The share of time in which the loops had something to do.',
            read: 'It tells how near the limit an event loop is, better than CPU does.',
            bad: 'Near 100 %: every further request waits for the loop.',
          },
          unit: 'percentunit',
          width: 8,
          queries: [runtime.eventLoopUtilization],
          max: 1,
        },
        {
          kind: 'timeseries',
          title: 'Heap',
          description: {
            shows: 'JavaScript heap in use (solid) and what it may grow to (dotted).',
            read: 'A saw-tooth is collection at work.',
            bad: 'Teeth whose feet rise on and on.',
          },
          unit: 'bytes',
          width: 8,
          queries: [runtime.heapUsed, runtime.heapLimit],
          scale: 'log',
        },
        {
          kind: 'timeseries',
          title: 'Garbage collection in Node',
          description: {
            shows: 'The share of time in which a collection held the loop, by its kind.',
            read: 'Minor ones are many and short; a major one is what a p99 may show.',
            bad: 'More than a few per cent.',
          },
          unit: 'percentunit',
          width: 24,
          queries: [runtime.nodeGc],
          words: ['minor', 'major', 'incremental', 'weakcb'],
        },
      ],
    },
    {
      title: 'Python (Django)',
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
          width: 12,
          queries: runtime.threads,
        },
        {
          kind: 'timeseries',
          title: 'Garbage collection in Python',
          description: {
            shows: 'The share of time that a collection took, by generation, over all workers.',
            read: 'Generation 2 looks at everything and takes longest.',
            bad: 'More than a few per cent.',
          },
          unit: 'percentunit',
          width: 12,
          queries: [runtime.pythonGc],
          words: ['generation 0', 'generation 1', 'generation 2'],
        },
      ],
    },
    {
      title: 'Container',
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
          width: 6,
          queries: [runtime.containerCpu, runtime.containerCpuLimit],
        },
        {
          kind: 'timeseries',
          title: 'Throttling',
          description: {
            shows: 'The share of time for which the CPU limit stopped the container.',
            read: 'A limit is enforced in periods of 100 ms: what it stops waits for the next one.',
            bad: 'Above 0 with latency that jumps by tens of milliseconds.',
          },
          unit: 'percentunit',
          width: 6,
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
          width: 6,
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
          width: 6,
          queries: runtime.pressure,
        },
      ],
    },
    {
      title: 'Replicas, one by one',
      panels: [
        {
          kind: 'timeseries',
          title: 'Requests by replica',
          description: {
            shows: 'Requests that each replica finishes in a second.',
            read: 'The lines of one app should lie on one another.',
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
            shows: 'CPU time a second of each replica.',
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
            bad: 'One that grows on and on.',
          },
          unit: 'bytes',
          width: 8,
          queries: [runtime.memoryByReplica],
        },
      ],
    },
  ],
};
