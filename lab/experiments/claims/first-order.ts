// How long it takes from a start until the shop has taken its first order: from nothing running, over
// and over, the apps in turn.

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { Interrupted, LabError } from '../../errors';
import { type RunContext, runExperiment } from '../../measure/conductor';
import { turnOrder } from '../../measure/turns/block-order';
import { isNeverVoid } from '../../measure/void-run';
import { times, timesInterval } from '../../render/format';
import { type Table, table } from '../../render/view';
import { appTitle } from '../../results/findings';
import { answerSchema } from '../../results/reported-run';
import type { RunFolder } from '../../results/run-folder';
import { subjectOf } from '../../runtime/subject';
import { RUNS_FOR_A_VERDICT } from '../../statistics/comparison';
import type { Experiment } from '../experiment';
import { capital } from './analyse';
import { type ClaimedApp, claimedApps, figure } from './design';
import { appFigures } from './figures';

const order = z.strictObject({
  app: z.enum(claimedApps),
  block: z.int().nonnegative(),
  /** From the command to start until it is ready. */
  startSeconds: z.number().positive(),
  /** From then until the page of the order. */
  orderSeconds: z.number().positive(),
});
type FirstOrder = z.infer<typeof order>;

const firstOrderDesign = z.strictObject({
  kind: z.literal('first-order'),
  runs: z.int().positive(),
  orders: z.array(order),
});
type FirstOrderDesign = z.infer<typeof firstOrderDesign>;

const firstOrderResultSchema = answerSchema.extend({
  kind: z.literal('first-order'),
  orders: z.array(order),
  figures: z.array(figure),
});
type FirstOrderResult = z.infer<typeof firstOrderResultSchema>;

export const firstOrder: Experiment<FirstOrderDesign, FirstOrderResult> = {
  kind: 'first-order',
  design: firstOrderDesign,
  result: firstOrderResultSchema,
  analyse: analyseFirstOrder,
  isVoid: isNeverVoid,
  view: (result) => [{ id: 'starts', title: 'Starts', blocks: [startsTable(result)] }],
};

const whatIsCounted =
  'Included: a clone of the database, the start of the app until it is ready, and the requests of ' +
  'a newcomer who registers, chooses, checks out and looks at the order. Not included: writing the ' +
  'app, installing what it needs, and building it.';

export function analyseFirstOrder({ runs, orders }: FirstOrderDesign): FirstOrderResult {
  const totals = (app: ClaimedApp) =>
    orders
      .filter((one) => one.app === app)
      .map((one) => ({ value: one.startSeconds + one.orderSeconds, block: String(one.block) }));
  const figures = appFigures(
    { name: 'ready', title: 'from start to first order', unit: 'seconds', above: 'express' },
    { express: totals('express'), django: totals('django') },
  );
  return {
    kind: 'first-order',
    orders,
    figures,
    sentences: figures.map(({ title, unit, value, interval, runs: starts }) =>
      unit === 'times'
        ? `${capital(title)}: ${times(value)} (95 %: ${timesInterval(interval)}).`
        : `${capital(title)}: ${value.toFixed(2)} s, mean of ${starts} starts.`,
    ),
    warnings: [
      whatIsCounted,
      ...(runs < RUNS_FOR_A_VERDICT ? [`Indicative: ${runs} starts of each app.`] : []),
    ],
  };
}

const startsTable = ({ orders }: FirstOrderResult): Table =>
  table({
    caption: 'Every start, in the order of measuring',
    columns: [
      { title: 'Block', cell: ({ block }) => String(block + 1) },
      { title: 'App', is: 'words', cell: ({ app }) => appTitle(app) },
      { title: 'Start s', cell: ({ startSeconds }) => startSeconds.toFixed(2) },
      { title: 'First order s', cell: ({ orderSeconds }) => orderSeconds.toFixed(2) },
      { title: 'Together s', cell: (one) => (one.startSeconds + one.orderSeconds).toFixed(2) },
    ],
    rows: orders,
  });

const apps = { a: 'express', b: 'django' } as const satisfies Record<'a' | 'b', ClaimedApp>;

export function measureFirstOrders(
  setting: RunContext & { seed: number; runs: number },
): Promise<RunFolder> {
  const { runtime, runs, signal } = setting;
  const subject = (app: ClaimedApp) => subjectOf(app, 'default', runtime.subjectCores);
  const design: FirstOrderDesign = { kind: 'first-order', runs, orders: [] };
  const subjects = Object.values(apps).map(subject);
  const run = { ...setting, experiment: firstOrder, subjects, design };
  return runExperiment(run, async (conductor) => {
    const orders: FirstOrder[] = [];
    for (const { arm, block } of turnOrder(runs)) {
      if (signal.aborted) throw new Interrupted();
      const app = apps[arm];
      const begunAt = performance.now();
      const { baseUrl } = await runtime.start(subject(app));
      const readyAt = performance.now();
      await buy(baseUrl);
      const orderSeconds = (performance.now() - readyAt) / 1000;
      await runtime.stopSubject(app);
      const startSeconds = (readyAt - begunAt) / 1000;
      orders.push({ app, block, startSeconds, orderSeconds });
      conductor.folder.update({ design: { ...design, orders } });
      conductor.say(
        `${app}: ready in ${startSeconds.toFixed(2)} s, first order ${orderSeconds.toFixed(2)} s later`,
      );
    }
  });
}

/** A newcomer on the shop's pages (contract/shop-pages.md): register, choose, check out, look. */
async function buy(baseUrl: string): Promise<void> {
  const browser = new Browser(baseUrl);
  await browser.submit('/register', '/register', {
    email: `${randomUUID()}@example.com`,
    name: 'Somebody New',
    password: 'a password that nobody has',
  });
  await browser.submit('/products/1', '/cart', { product: '1', quantity: '1' });
  const order = await browser.submit('/checkout', '/checkout', {});
  if (!/^\/orders\/\d+$/.test(order)) {
    const message = `${baseUrl}: expected the page of an order after checkout, got ${order}.`;
    throw new LabError(4, message);
  }
  await browser.page(order);
}

/** As much of a browser as this takes: a cookie and hidden fields. It follows no redirect by itself. */
class Browser {
  private cookie = '';

  constructor(private readonly baseUrl: string) {}

  async page(path: string): Promise<string> {
    return (await this.send(path, 200)).text();
  }

  /** Sends the form of the page `from`, and returns where the answer redirects to. */
  async submit(from: string, to: string, fields: Record<string, string>): Promise<string> {
    const body = new URLSearchParams({ ...hiddenFields(await this.page(from)), ...fields });
    const reply = await this.send(to, 303, { method: 'POST', body });
    await reply.arrayBuffer();
    return reply.headers.get('location') ?? '';
  }

  private async send(path: string, expected: number, options?: RequestInit): Promise<Response> {
    const headers = { Accept: 'text/html', ...(this.cookie && { Cookie: this.cookie }) };
    const reply = await fetch(this.baseUrl + path, { ...options, headers, redirect: 'manual' });
    for (const text of reply.headers.getSetCookie()) this.cookie = text.split(';')[0] ?? '';
    if (reply.status === expected) return reply;
    throw new LabError(
      4,
      `${this.baseUrl}${path}: expected ${expected} on the way to a first order, got ${reply.status}.`,
    );
  }
}

/** The hidden fields of a page, such as those for CSRF and idempotency; each name once. */
function hiddenFields(page: string): Record<string, string> {
  const inputs = page.match(/<input[^>]*\btype="?hidden"?[^>]*>/g) ?? [];
  const attribute = (input: string, name: string): string =>
    new RegExp(`\\b${name}="([^"]*)"`).exec(input)?.[1] ?? '';
  return Object.fromEntries(
    inputs.map((input) => [attribute(input, 'name'), attribute(input, 'value')]),
  );
}
