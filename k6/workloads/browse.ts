// The shop for people who only look: nobody has a session, and nothing is written.
import * as pages from '../lib/shop/pages.ts';
import { PEOPLE_THINK_SECONDS } from '../lib/shop/visit.ts';
import type { VisitWorkload } from '../lib/workload.ts';

export const browse: VisitWorkload = {
  thinkTimeSeconds: PEOPLE_THINK_SECONDS,
  visits: [{ weight: 1, visit: pages.browse }],
  routes: pages.PAGE_ROUTES,
};
