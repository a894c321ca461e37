import { describe, expect, it } from 'vitest';
import { describeFailure } from './cli';

describe('a failure of docker compose', () => {
  it.each([
    'Error: driver failed programming external connectivity on endpoint x: Bind for 127.0.0.1:9090 failed: port is already allocated',
    'Error starting userland proxy: listen tcp4 127.0.0.1:9090: bind: address already in use',
  ])('for a port names it and the remedy', (stderr) => {
    expect(describeFailure(['up'], stderr)).toMatch(/^Port 9090 is taken .* in \.env/);
  });

  it('of another kind names the command and ends with what it said last', () => {
    const stderr = [...Array(20).keys()].map((number) => `line ${number}`).join('\n');
    expect(describeFailure(['up', '--detach'], stderr)).toMatch(
      /^`docker compose up --detach` failed:\n {2}line 14\n[\s\S]*line 19$/,
    );
  });
});
