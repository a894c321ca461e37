// The shop as programs use it: the visits of mixed.ts by the JSON API, without a pause.
import * as shop from '../lib/shop/api.ts';
import { asCustomer } from '../lib/shop/visit.ts';
import type { VisitWorkload } from '../lib/workload.ts';

export const api: VisitWorkload = {
  thinkTimeSeconds: 0,
  visits: [
    { weight: 90, visit: shop.browse },
    { weight: 9, visit: asCustomer(shop.logIn, shop.fillCart) },
    { weight: 1, visit: asCustomer(shop.logIn, shop.checkOut) },
  ],
  routes: shop.API_ROUTES,
  logIn: shop.logIn,
};
