import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { describeListenError, listenOrExplain, requireFreePort } from './ports';

it('a free port is left free', async () => {
  const server = createServer();
  await listenOrExplain(server, 'live', '127.0.0.1', 0);
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  await requireFreePort('live', port);
  await requireFreePort('live', port);
});

it('a port that another program has is named, with the variable that moves it', async () => {
  const server = createServer();
  await listenOrExplain(server, 'live', '127.0.0.1', 0);
  const { port } = server.address() as AddressInfo;
  await expect(requireFreePort('expressMetrics', port)).rejects.toMatchObject({
    exitCode: 5,
    message: expect.stringMatching(
      `Port ${port} \\(expressMetrics\\) is taken by another program.*HEADROOM_EXPRESS_METRICS_PORT=PORT`,
    ),
  });
  server.close();
});

it('an address that the machine does not have is not called a taken port', async () => {
  // TEST-NET-3 of RFC 5737: no machine has it.
  await expect(listenOrExplain(createServer(), 'live', '203.0.113.1', 3100)).rejects.toMatchObject({
    exitCode: 5,
    message: expect.stringMatching(/cannot be opened at 203\.0\.113\.1: this machine does not/),
  });
});

it('a host name that does not resolve is quoted', async () => {
  const listening = listenOrExplain(createServer(), 'live', 'no-such-host.invalid', 3100);
  await expect(listening).rejects.toMatchObject({
    exitCode: 5,
    message: expect.stringMatching(/cannot be opened at no-such-host\.invalid: getaddrinfo/),
  });
});

// Root may open any port, so this cannot be provoked everywhere.
it('a port that the user may not open is not called a taken port', () => {
  const error = { code: 'EACCES', message: 'listen EACCES: permission denied 127.0.0.1:80' };
  const text = describeListenError(error, 'live', '127.0.0.1', 80);
  expect(text).toMatch(/Port 80 \(live\) is not open to this user.*HEADROOM_LIVE_PORT=PORT/);
});
