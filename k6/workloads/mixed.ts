// The shop as it is visited: most people look, some fill a cart, few buy.
import * as pages from '../lib/shop/pages.ts';
import { asCustomer, PEOPLE_THINK_SECONDS } from '../lib/shop/visit.ts';
import type { VisitWorkload } from '../lib/workload.ts';

/**
 * Shops report that one to three visits in a hundred end with an order, and that seven carts in ten
 * or more are left. Who only looks has no session; the others are customers.
 */
export const mixed: VisitWorkload = {
  thinkTimeSeconds: PEOPLE_THINK_SECONDS,
  visits: [
    { weight: 90, visit: pages.browse },
    { weight: 9, visit: asCustomer(pages.logIn, pages.fillCart) },
    { weight: 1, visit: asCustomer(pages.logIn, pages.checkOut) },
  ],
  routes: pages.PAGE_ROUTES,
  logIn: pages.logIn,
};
