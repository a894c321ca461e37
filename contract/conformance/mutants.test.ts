// The suite can fail: an app made wrong in one respect is caught by the case that asks for it.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Case } from './case';
import { type Mutation, withModelApp } from './model-app';
import { suite } from './suite';

function caseNamed(start: string): Case {
  const found = suite.flatMap(({ cases }) => cases).find(({ name }) => name.startsWith(start));
  if (!found) throw new Error(`no case begins with "${start}"`);
  return found;
}

const on =
  (url: string, spoil: Mutation): Mutation =>
  (answer, request) =>
    request.url?.startsWith(url) ? spoil(answer, request) : undefined;

/** What is wrong, the case that says so, and in which words. */
const mutants: [fault: string, name: string, mutation: Mutation, message: RegExp][] = [
  [
    'a comma missing in the message',
    '/json is ',
    on('/json', (answer) => {
      answer.body = '{"message":"Hello World!"}';
      answer.headers['Content-Length'] = String(answer.body.length);
    }),
    /^express GET \/json: breaks of contract\/openapi\.yaml: .*"Hello World!"/,
  ],
  [
    'a header missing on errors alone',
    '/nope is not found',
    (answer) => {
      if (answer.status === 404) delete answer.headers['X-Frame-Options'];
    },
    /^express GET \/nope: header x-frame-options: expected undefined to be 'DENY'/,
  ],
  [
    'X-Powered-By',
    '/json is ',
    (answer) => {
      answer.headers['X-Powered-By'] = 'Express';
    },
    /header x-powered-by: expected 'Express' to be undefined/,
  ],
  [
    'an ETag that makes 304 of If-None-Match',
    'If-None-Match: * changes nothing',
    (answer, request) => {
      if (request.headers['if-none-match']) Object.assign(answer, { status: 304, body: '' });
    },
    /GET \/plaintext.*304/s,
  ],
  [
    'another media type',
    '/nope is not found',
    (answer) => {
      answer.headers['Content-Type'] = 'application/json';
    },
    /media type: expected application\/problem\+json or text\/html, got application\/json/,
  ],
  [
    'a member that the schema does not have',
    '/queries gives 1',
    on('/queries', (answer) => {
      answer.body = answer.body.replaceAll('"id"', '"extra":1,"id"');
      answer.headers['Content-Length'] = String(answer.body.length);
    }),
    /breaks of contract\/openapi\.yaml.*expected/s,
  ],
  [
    'parseInt for count',
    '/queries?count=5abc gives 1',
    on('/queries', (answer) => {
      answer.body = `[${Array(5).fill('{"id":1,"randomNumber":1}').join()}]`;
      answer.headers['Content-Length'] = String(answer.body.length);
    }),
    /^express GET \/queries\?count=5abc: rows: expected 5 to be 1/,
  ],
  [
    'ids from a tenth of the table',
    '/queries draws from',
    on('/queries', (answer) => {
      answer.body = answer.body.replaceAll(/"id":\d*?(\d{1,3}),/g, '"id":1$1,');
      answer.headers['Content-Length'] = String(answer.body.length);
    }),
    /^express GET \/queries\?count=500, two replies, ids: of 1000 numbers expected 100/,
  ],
  [
    'a stack trace',
    '/wait?ms=text is refused',
    (answer) => {
      answer.body = answer.body.replace('expected', 'at wait (app:///x.ts:10:5) expected');
      answer.headers['Content-Length'] = String(answer.body.length);
    },
    /body gives away the machine/,
  ],
  [
    'the field not named',
    '/wait?ms=text is refused',
    (answer) => {
      answer.body = answer.body.replace(',"field":"ms"', '');
      answer.headers['Content-Length'] = String(Buffer.byteLength(answer.body));
    },
    /^express GET \/wait\?ms=text: field: expected undefined to be 'ms'/,
  ],
  [
    'Allow without HEAD',
    'POST /json is not allowed',
    (answer) => {
      if (answer.headers.Allow) answer.headers.Allow = 'GET';
    },
    /^express POST \/json: header allow: expected \[ 'GET' \]/,
  ],
  [
    'HEAD with the headers of another answer',
    'HEAD /json has',
    (answer, request) => {
      if (request.method === 'HEAD') answer.headers['Content-Length'] = '0';
    },
    /^express HEAD \/json: headers, against GET's/,
  ],
  [
    'a page that is no page for who accepts HTML',
    'an error is problem details, and a page',
    (answer) => {
      answer.headers['Content-Type'] =
        answer.headers['Content-Type']?.replace('html', 'plain') ?? '';
    },
    /\[Accept: text\/html\]/,
  ],
  [
    'a wait cut short',
    '/wait waits as long as asked',
    on('/wait', (answer) => {
      answer.body = '{"ms":1}';
      answer.headers['Content-Length'] = '8';
    }),
    /GET \/wait\?ms=100: body: expected \{ ms: 1 \} to deeply equal \{ ms: 100 \}/,
  ],
  [
    'waits one after another',
    '/wait keeps four requests waiting',
    oneAfterAnother(),
    /seconds for all \(one after another: 2\)/,
  ],
];

function oneAfterAnother(): Mutation {
  let last: Promise<void> = Promise.resolve();
  return () => {
    last = last.then(() => sleep(500));
    return last;
  };
}

describe('an app with', () => {
  test.each(mutants)('%s is caught by "%s..."', async (_fault, name, mutation, message) => {
    await withModelApp(mutation, async (subject) => {
      await expect(caseNamed(name).run(subject)).rejects.toThrow(message);
    });
  });
});

describe('an app that does right passes', () => {
  const names = [...new Set(mutants.map(([, name]) => name))];
  test.each(names)('"%s..."', async (name) => {
    await withModelApp(
      () => undefined,
      async (subject) => {
        await caseNamed(name).run(subject);
      },
    );
  });
});
