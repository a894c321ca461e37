// From nothing running to the first order that the shop has taken, over and over, the apps in turn.
import { randomUUID } from 'node:crypto';
import { Interrupted, LabError } from '../../errors';
import { type RunContext, runExperiment } from '../../measure/conductor';
import { turnOrder } from '../../measure/turns/block-order';
import type { RunFolder } from '../../results/run-folder';
import { type AppName, subjectOf } from '../../runtime/subject';
import type { FirstOrder, FirstOrderDesign } from './design';
import { firstOrder as firstOrderExperiment } from './experiment';

/** Starts of each app: ten are the fewest that are not called indicative. */
export const firstOrderPaces = { full: { runs: 10 }, quick: { runs: 3 } } as const;

const apps = { a: 'express', b: 'django' } as const satisfies Record<'a' | 'b', AppName>;

export function firstOrder(
  setting: RunContext & { seed: number; runs: number },
): Promise<RunFolder> {
  const { runtime, runs, signal } = setting;
  const subjects = Object.values(apps).map((app) =>
    subjectOf(app, 'default', runtime.subjectCores),
  );
  const design: FirstOrderDesign = { kind: 'first-order', runs, orders: [] };
  const run = { ...setting, experiment: firstOrderExperiment, subjects, design };
  return runExperiment(run, async (conductor) => {
    const { folder } = conductor;
    const orders: FirstOrder[] = [];
    for (const { arm, block } of turnOrder(runs)) {
      if (signal.aborted) throw new Interrupted();
      const app = apps[arm];
      const begunAt = performance.now();
      const { baseUrl } = await runtime.start(subjectOf(app, 'default', runtime.subjectCores));
      const readyAt = performance.now();
      await buy(baseUrl);
      const boughtAt = performance.now();
      await runtime.stopSubject(app);
      const one = {
        app,
        block,
        startSeconds: (readyAt - begunAt) / 1000,
        orderSeconds: (boughtAt - readyAt) / 1000,
      };
      orders.push(one);
      folder.update({ design: { ...design, orders } });
      conductor.say(
        `${app}: ready in ${one.startSeconds.toFixed(2)} s, first order ${one.orderSeconds.toFixed(2)} s later`,
      );
    }
  });
}

/** A newcomer by the shop's pages (contract/shop-pages.md): register, choose, check out, look. */
async function buy(baseUrl: string): Promise<void> {
  const browser = new Browser(baseUrl);
  const password = 'a password that nobody has';
  await browser.submit('/register', '/register', {
    email: `${randomUUID()}@example.com`,
    name: 'Somebody New',
    password,
  });
  await browser.submit('/products/1', '/cart', { product: '1', quantity: '1' });
  const order = await browser.submit('/checkout', '/checkout', {});
  if (!/^\/orders\/\d+$/.test(order)) {
    throw new LabError(
      4,
      `${baseUrl}: expected the page of an order after checkout, got ${order}.`,
    );
  }
  await browser.page(order);
}

/** As much of one as it takes: cookies, hidden fields, and no redirect that it was not told of. */
class Browser {
  private cookie = '';

  constructor(private readonly baseUrl: string) {}

  async page(path: string): Promise<string> {
    const reply = await this.send(path, {});
    if (reply.status !== 200) throw this.wrong(path, 200, reply.status);
    return reply.text();
  }

  /** Sends the form that `from` has, and gives back where it leads. */
  async submit(from: string, to: string, fields: Record<string, string>): Promise<string> {
    const hidden = hiddenFields(await this.page(from));
    const reply = await this.send(to, {
      method: 'POST',
      body: new URLSearchParams({ ...hidden, ...fields }),
    });
    await reply.arrayBuffer();
    if (reply.status !== 303) throw this.wrong(to, 303, reply.status);
    return reply.headers.get('location') ?? '';
  }

  private async send(path: string, options: RequestInit): Promise<Response> {
    const headers = { Accept: 'text/html', ...(this.cookie && { Cookie: this.cookie }) };
    const reply = await fetch(this.baseUrl + path, { ...options, headers, redirect: 'manual' });
    for (const text of reply.headers.getSetCookie()) this.cookie = text.split(';')[0] ?? '';
    return reply;
  }

  private wrong(path: string, expected: number, status: number): LabError {
    return new LabError(
      4,
      `${this.baseUrl}${path}: expected ${expected} on the way to a first order, got ${status}.`,
    );
  }
}

/** Those of a page's forms, such as those for CSRF and idempotency; each name once. */
function hiddenFields(page: string): Record<string, string> {
  const inputs = page.match(/<input[^>]*\btype="?hidden"?[^>]*>/g) ?? [];
  const attribute = (input: string, name: string): string =>
    new RegExp(`\\b${name}="([^"]*)"`).exec(input)?.[1] ?? '';
  return Object.fromEntries(
    inputs.map((input) => [attribute(input, 'name'), attribute(input, 'value')]),
  );
}
