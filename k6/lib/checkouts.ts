// What k6 knows of each checkout, for the books: counted, and told to whoever follows its log.
import { checkoutsAccepted, checkoutsBegun, checkoutsRefused } from './metrics.ts';
import type { Answer, Ask } from './shop/visit.ts';

export function checkoutBegins({ totalCents }: Ask): void {
  if (totalCents !== undefined) checkoutsBegun.add(1);
}

/**
 * An order is told at once, in a line: after a kill there is no summary.
 *
 * @param arm index of the arm whose shop it is
 */
export function checkoutEnded(
  ask: Ask,
  answer: Answer | undefined,
  isRight: boolean,
  arm: number,
): void {
  const { totalCents } = ask;
  if (totalCents === undefined || answer === undefined) return;
  if (isRight) {
    checkoutsAccepted.add(1);
    const order = Number(answer.headers.Location?.replace(/^.*\//, ''));
    console.log(JSON.stringify({ event: 'order', order, totalCents, arm }));
  } else if (answer.status >= 400 && answer.status < 500) {
    checkoutsRefused.add(1);
  }
}
