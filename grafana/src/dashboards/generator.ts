import { alertMark } from '../marks';
import type { Dashboard } from '../model';
import * as generator from '../queries/generator';
import * as load from '../queries/load';

export const generatorDashboard: Dashboard = {
  uid: 'headroom-generator',
  title: 'Generator',
  question: 'Is the measurement valid?',
  marks: [alertMark],
  sections: [
    {
      title: 'Now',
      panels: [
        {
          kind: 'stat',
          title: 'CPU of the generator',
          description: {
            shows: 'The share of its CPU that k6 uses.',
            read: 'What Prometheus and the lab use of the same cores is taken off first.',
            bad: 'Above 80 %: the step is void.',
          },
          unit: 'percentunit',
          width: 6,
          queries: [generator.generatorCpuShare],
          colour: { badFrom: 0.8 },
        },
        {
          kind: 'stat',
          title: 'Dropped in all',
          description: {
            shows: 'Arrivals that found no user free, over the time that is shown.',
            read: 'Past the capacity of an app there are some: the step is overloaded.',
            bad: 'Any in a step that the app keeps up with: the plan has too few users.',
          },
          unit: 'short',
          width: 6,
          queries: [generator.droppedInAll],
          colour: 'app',
        },
        {
          kind: 'stat',
          title: 'Late starts',
          description: {
            shows: 'The share of sampled iterations that began more than 50 ms late.',
            read: 'Late although users were free: the generator was busy. Not shown while arrivals are dropped.',
            bad: 'Above 1 %: the step is void.',
          },
          unit: 'percentunit',
          width: 6,
          queries: [generator.lateStartShare],
          colour: { badFrom: 0.01 },
        },
        {
          kind: 'stat',
          title: 'Rules that failed',
          description: {
            shows: 'Evaluations of rules and alerts that failed, in the time that is shown.',
            read: '0.',
            bad: 'Any: alerts, and panels that use rules, have no values.',
          },
          unit: 'short',
          width: 6,
          queries: [generator.ruleFailures],
          colour: { badFrom: 1 },
        },
      ],
    },
    {
      title: 'k6',
      panels: [
        {
          kind: 'timeseries',
          title: 'CPU share of k6',
          description: {
            shows: 'The share of its CPU that k6 uses.',
            read: 'It grows with the rate and with the size of the answers.',
            bad: 'Above the grey line: k6 delays its own requests, and counts the delay as latency.',
          },
          unit: 'percentunit',
          width: 8,
          queries: [generator.generatorCpuShare],
          max: 1,
          bounds: [{ value: 0.8, meaning: 'The most that a generator may use' }],
        },
        {
          kind: 'timeseries',
          title: 'Dropped iterations',
          description: {
            shows: 'Arrivals per second that found no user free.',
            read: 'Drops while all users wait for the app are due to the app; all others to k6.',
            bad: 'Any below the knee.',
          },
          unit: 'reqps',
          width: 8,
          queries: [{ ...load.droppedRate, line: 'solid' }],
        },
        {
          kind: 'timeseries',
          title: 'Schedule lag',
          description: {
            shows:
              'How late sampled iterations begin: p50 (dotted) and p99 (solid). Open model only.',
            read: 'Not shown while arrivals are dropped: a drop shifts the schedule. The scale is logarithmic.',
            bad: 'A p99 above the grey line of 50 ms.',
          },
          unit: 's',
          width: 8,
          queries: generator.scheduleLag,
          scale: 'log',
          min: 0.0001,
          bounds: [{ value: 0.05, meaning: 'From here on a start is late' }],
        },
        {
          kind: 'timeseries',
          title: 'Users',
          description: {
            shows: 'Users at work (solid) and ready (dotted).',
            read: 'In the open model k6 uses as many as wait for an answer.',
            bad: 'At work as many as there are: the next arrival is dropped.',
          },
          unit: 'short',
          width: 8,
          queries: [load.usersNow, generator.usersReady],
        },
        {
          kind: 'timeseries',
          title: 'Iterations',
          description: {
            shows: 'Iterations per second.',
            read: 'An iteration is one request and its think time.',
            bad: 'Fewer than the requests per second: iterations were cut short.',
          },
          unit: 'ops',
          width: 8,
          queries: [generator.iterationRate],
        },
        {
          kind: 'timeseries',
          title: 'Time besides the request',
          description: {
            shows: 'Mean iteration less mean request: think time and what k6 itself adds.',
            read: 'Without think time, all of it is k6. The scale is logarithmic, from 0.1 ms.',
            bad: 'Milliseconds, or a rise with load: k6 is at its limit.',
          },
          unit: 's',
          width: 8,
          queries: [generator.ownTime],
          scale: 'log',
          min: 0.0001,
        },
        {
          kind: 'timeseries',
          title: 'Late and wrong answers',
          description: {
            shows: 'Answers after the end of their step (solid) and with a wrong body (dashed).',
            read: 'Late ones do not count for the rate. Wrong ones make the step void.',
            bad: 'Any wrong one.',
          },
          unit: 'reqps',
          width: 12,
          queries: [generator.lateAnswers, generator.wrongBodies],
        },
        {
          kind: 'timeseries',
          title: 'Memory of k6',
          description: {
            shows: 'Resident memory of k6.',
            read: 'k6 keeps every duration for exact quantiles: it grows with requests. Of several that share a load on one machine it is the first.',
            bad: 'Near what the machine has: steps end early or k6 is killed.',
          },
          unit: 'bytes',
          width: 12,
          queries: [generator.generatorMemory],
        },
      ],
    },
    {
      title: 'The machine, and the watching itself',
      panels: [
        {
          kind: 'timeseries',
          title: 'Cores that others took',
          description: {
            shows:
              'Share of the cores of app (subject), PostgreSQL (database) and generator that processes took which are not of the lab (solid), or the hypervisor (dashed).',
            read: 'Parts that share a core have the same line. A k6 that is run by hand is one of the others.',
            bad: 'Above 10 %, the grey line: the step is void.',
          },
          unit: 'percentunit',
          width: 12,
          queries: [generator.othersOnCores, generator.stealOnCores],
          words: ['subject', 'database', 'generator'],
          bounds: [{ value: 0.1, meaning: 'The most that others may take' }],
        },
        {
          kind: 'timeseries',
          title: 'Cores that others used anywhere',
          description: {
            shows:
              'Cores of the whole machine used by processes that are not of the lab (solid) or by the hypervisor (dashed).',
            read: 'On cores that run nothing of the lab it takes no time from what is measured, and voids nothing.',
            bad: 'Nothing by itself: the panel beside it is what counts.',
          },
          unit: 'short',
          width: 12,
          queries: [generator.otherProcesses, generator.steal],
          words: ['other processes', 'hypervisor'],
        },
        {
          kind: 'timeseries',
          title: 'Scrapes that succeed',
          description: {
            shows: 'Targets of each job that answered the last scrape.',
            read: 'As many as there are replicas. k6 has a metrics page only while it runs, and is not shown.',
            bad: 'A dip: panels have no new values.',
          },
          unit: 'short',
          width: 8,
          queries: [generator.scrapesUp],
          words: ['exporter', 'prometheus'],
        },
        {
          kind: 'timeseries',
          title: 'Time of a scrape',
          description: {
            shows: 'How long the slowest target of each job took to answer a scrape.',
            read: 'A busy app answers late; its page comes from a process that answers no requests.',
            bad: 'Above 1.5 s, the grey line: the scrape fails.',
          },
          unit: 's',
          width: 8,
          queries: [generator.scrapeDuration],
          words: ['exporter', 'prometheus'],
          bounds: [{ value: 1.5, meaning: 'scrape_timeout' }],
        },
        {
          kind: 'timeseries',
          title: 'Series in memory',
          description: {
            shows: 'Series that Prometheus holds.',
            read: 'Each run adds the series of its steps.',
            bad: 'A rise without runs: a label has too many values.',
          },
          unit: 'short',
          width: 8,
          queries: [generator.headSeries],
          words: ['series'],
        },
      ],
    },
  ],
};
