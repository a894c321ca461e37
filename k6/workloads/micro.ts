// Small requests as TechEmpower's benchmarks have them, most of which ask the database.
import { areWorlds, exactlyJson, isFortunesPage, isWorld } from '../lib/answers.ts';
import type { RequestWorkload } from '../lib/workload.ts';

/**
 * 85 of 100 requests ask the database, with 2.15 statements per request on average: a subject's
 * knee then lies at hundreds to a few thousand requests per second, below what one core of
 * generator makes (docs/scale.md).
 */
export const micro: RequestWorkload = {
  thinkTimeSeconds: 0,
  requests: [
    // Reading one row is what an application does most.
    { weight: 40, target: '/db', isRight: isWorld },
    // The loop of five rows shows the cost of a round trip in either runtime.
    { weight: 20, target: '/queries?count=5', isRight: areWorlds(5) },
    // Few, because each commit waits for the disk, which belongs to neither app.
    { weight: 10, target: '/updates?count=5', isRight: areWorlds(5) },
    // The data layer, the template engine and a body of a kilobyte.
    { weight: 15, target: '/fortunes', isRight: isFortunesPage, constant: true },
    // What is left when the database is not asked.
    {
      ...{ weight: 15, target: '/json', constant: true },
      isRight: exactlyJson({ message: 'Hello, World!' }),
    },
  ],
};
