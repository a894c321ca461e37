// Each visit logs in and buys: what a checkout costs, and the password's hash before it.
import * as pages from '../lib/shop/pages.ts';
import { asNewcomer, PEOPLE_THINK_SECONDS } from '../lib/shop/visit.ts';
import type { VisitWorkload } from '../lib/workload.ts';

export const buy: VisitWorkload = {
  thinkTimeSeconds: PEOPLE_THINK_SECONDS,
  visits: [{ weight: 1, visit: asNewcomer(pages.logIn, pages.checkOut) }],
  routes: pages.PAGE_ROUTES,
};
