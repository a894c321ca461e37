import { type AddressInfo, createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { listenersOn, listeningInodes } from './proc';

it('only sockets that listen, and on this very port, count', () => {
  // Columns of proc(5)'s /proc/net/tcp: 1F91 is 8081, state 0A listens, 01 is connected.
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 71 1
   1: 0100007F:1F91 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 72 1
   2: 0100007F:1F92 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 73 1`;
  expect(listeningInodes(table, 8081)).toEqual(['71']);
  // Of a kernel without IPv6 there is no second table.
  expect(listeningInodes('', 8081)).toEqual([]);
});

it('a port leads to the process that listens there, and to nobody once it is closed', async () => {
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  expect(listenersOn(port)).toEqual([process.pid]);
  await new Promise((resolve) => server.close(resolve));
  expect(listenersOn(port)).toEqual([]);
});
