import { expect, test } from 'vitest';
import { Answers } from './load';

const plain = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';
const chunked = 'HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n';

test.each([
  ['by its length', plain, 200],
  ['by its last chunk', chunked, 503],
])('an answer ends %s, wherever the network cuts it', (_how, text, status) => {
  const bytes = Buffer.from(text);
  for (let cut = 1; cut < bytes.length; cut += 1) {
    const answers = new Answers();
    expect(answers.take(bytes.subarray(0, cut)), `cut at ${cut}`).toBeUndefined();
    expect(answers.take(bytes.subarray(cut)), `cut at ${cut}`).toBe(status);
    expect(answers.take(bytes), 'the next one').toBe(status);
  }
});
