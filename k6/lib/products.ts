// Whether the shop has the products that the plan counts on.
import http, { type RefinedResponse } from 'k6/http';
import type { Plan } from '../../contract/plan.ts';

/** Throws if the shop says that it has no product of the highest number. */
export function assertProducts({ products, baseUrl }: Plan): void {
  if (products === undefined) return;
  let answer: RefinedResponse<'text'>;
  try {
    answer = http.get(`${baseUrl}/api/products/${products}`) as RefinedResponse<'text'>;
  } catch {
    return; // A subject that does not answer shows it under load, where it counts.
  }
  if (answer.status !== 404) return;
  throw new Error(
    `The plan counts on ${products} products, but the shop at ${baseUrl} has no product ` +
      `${products}. Say how many it has in plan.products (by hand: HEADROOM_PRODUCTS).`,
  );
}
