// What is made of the API server's answers.
import { expect, it } from 'vitest';
import { answerOf } from './cluster';

it('is the object of an answer that is fine', async () => {
  expect(await answerOf(Response.json({ kind: 'Pod' }))).toEqual({ kind: 'Pod' });
});

it.each([
  [Response.json({ message: 'pods "x" is forbidden' }, { status: 403 }), /no right.*pods "x"/],
  [Response.json({ message: 'exceeded quota: few' }, { status: 403 }), /quota refuses this/],
  [new Response('<h1>Bad gateway</h1>', { status: 502 }), /refuses: status 502\./],
  [new Response('fine', { status: 200 }), /refuses: status 200\./],
])('is one sentence where it is not', async (response, says) => {
  await expect(answerOf(response)).rejects.toThrow(says);
});
