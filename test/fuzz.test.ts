// Requests that schemathesis makes up from the contract, right ones and wrong ones: no answer is a
// fault of the app's own, and each is what the contract says of it. The same seed each time.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../contract/conformance/bundle';
import { rootDir, toolsDir } from '../lab/paths';
import { appNames } from '../lab/runtime/subject';
import { ShopStage } from './shop-stage';

const schemathesis = join(toolsDir, 'fuzz/bin/schemathesis');
const noFuzzer = 'schemathesis needs Python 3.11 or newer, which the set-up did not find';

const checks = [
  ...['not_a_server_error', 'status_code_conformance', 'content_type_conformance'],
  ...['response_headers_conformance', 'response_schema_conformance'],
];
/** Each would end the session that the rest are made in. */
const endSession = ['apiLogin', 'apiLogout', 'login', 'logout', 'register'];
/** A session survives those that it does not get in by. */
const waysIn = ['apiLogin', 'login', 'register'];
const customer = { email: 'customer77@example.com', password: 'correct horse 6' };

describe.each(appNames)('%s, asked by the contract at random', (app) => {
  let stage: ShopStage;
  let schema: string;
  beforeAll(async () => {
    if (!existsSync(schemathesis)) return;
    stage = await ShopStage.open(app);
    schema = join(stage.folder, 'openapi.json');
    writeFileSync(schema, JSON.stringify(bundle(join(rootDir, 'contract/openapi.yaml'))));
  });
  afterAll(() => stage?.close());

  const fuzz = async (...flags: string[]) => {
    // It fails where it finds something: what it found is in its output.
    const { stdout, failed, message } = await execa(
      schemathesis,
      [
        ...['run', schema, '--url', stage.baseUrl, '--checks', checks.join(), '--seed', '20260101'],
        ...['--phases', 'coverage,fuzzing', '--max-examples', '5', '--max-redirects', '0'],
        ...['--continue-on-failure', '--warnings', 'off', '--no-color', ...flags],
      ],
      { cwd: stage.folder, reject: false },
    );
    return failed ? stdout || message : stdout;
  };

  it('by a customer: pages and API hold to the contract', async (context) => {
    context.skip(!existsSync(schemathesis), noFuzzer);
    const found = await fuzz(
      ...['--include-tag', 'pages', '--include-tag', 'api'],
      ...endSession.flatMap((id) => ['--exclude-operation-id', id]),
      ...headersOf(await logIn(stage.baseUrl)),
    );
    expect(found).toMatch(/No issues found/);
    // It was let in: what only a customer may do was done.
    expect(await countLines(stage.databaseUrl)).toBeGreaterThan(0);
  }, 120_000);

  it('by a visitor with a token: the ways in hold to the contract', async (context) => {
    context.skip(!existsSync(schemathesis), noFuzzer);
    const found = await fuzz(
      ...waysIn.flatMap((id) => ['--include-operation-id', id]),
      ...headersOf(await begin(stage.baseUrl)),
    );
    expect(found).toMatch(/No issues found/);
  });

  it('by nobody: the ways in hold to the contract', async (context) => {
    context.skip(!existsSync(schemathesis), noFuzzer);
    const found = await fuzz(...endSession.flatMap((id) => ['--include-operation-id', id]));
    expect(found).toMatch(/No issues found/);
  });
});

type Session = { cookie: string; token: string };

const headersOf = ({ cookie, token }: Session): string[] => [
  ...['--header', `Cookie: ${cookie}`],
  ...['--header', `X-CSRF-Token: ${token}`],
];

const begin = async (baseUrl: string): Promise<Session> =>
  sessionIn(await fetch(`${baseUrl}/api/session`));

async function logIn(baseUrl: string): Promise<Session> {
  const { cookie, token } = await begin(baseUrl);
  const answer = await fetch(`${baseUrl}/api/session`, {
    method: 'POST',
    body: JSON.stringify(customer),
    headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': token, Cookie: cookie },
  });
  expect(answer.status).toBe(200);
  return sessionIn(answer);
}

async function sessionIn(answer: Response): Promise<Session> {
  const { csrfToken } = (await answer.json()) as { csrfToken: string };
  return { cookie: cookieOf(answer), token: csrfToken };
}

const cookieOf = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0] ?? '')
    .join('; ');

/** Of carts and orders together. */
async function countLines(connectionString: string): Promise<number> {
  const client = new Client({ connectionString });
  await client.connect();
  const { rows } = await client.query<{ lines: string }>(
    'SELECT (SELECT count(*) FROM cart_line) + (SELECT count(*) FROM order_line) AS lines',
  );
  await client.end();
  return Number(rows[0]?.lines);
}
