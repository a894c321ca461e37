import { describe, expect, it } from 'vitest';
import { decompose, type LatencyEvidence, latencyParts } from './decomposition';

/** 1,000 requests of 10 ms, 6 of them in the app: 2 for a connection, 3 in statements. */
const evidence: LatencyEvidence = {
  client: { requests: 1000, meanMs: 10 },
  app: { requests: 1000, requestSeconds: 6 },
  statementSeconds: 3,
  poolWaitSeconds: 2,
  timerDelay: { meanMs: 2.6, idleMeanMs: 0.6 },
};

const sumOf = (found: ReturnType<typeof decompose>) =>
  latencyParts.reduce((sum, part) => sum + (found?.parts[part] ?? 0), 0);

describe('the mean time of a request', () => {
  it('is divided by what client and app counted, a request', () => {
    const found = decompose(evidence);
    expect(found).toMatchObject({ clientMs: 10, serverMs: 6, warnings: [] });
    const expected = { app: 1, statements: 3, poolWait: 2, eventLoopWait: 2, rest: 2 };
    for (const part of latencyParts) expect(found?.parts[part], part).toBeCloseTo(expected[part]);
  });

  it('leaves an app without an event loop its queueing in the rest, and does not call it 0', () => {
    const found = decompose({ ...evidence, timerDelay: null });
    expect(found?.parts).toMatchObject({ eventLoopWait: null, rest: 4 });
  });

  it.each<[string, Partial<LatencyEvidence>]>([
    ['as counted', {}],
    ['the loop was later than there is room for', { timerDelay: { meanMs: 9, idleMeanMs: 1 } }],
    ['the loop was less late than when idle', { timerDelay: { meanMs: 0.3, idleMeanMs: 1 } }],
    ['the app’s clock ran a little longer', { app: { requests: 1000, requestSeconds: 10.2 } }],
    ['statements ran side by side', { statementSeconds: 30 }],
  ])('has parts that add up to it and are not below 0: %s', (_name, change) => {
    const found = decompose({ ...evidence, ...change });
    expect(sumOf(found)).toBeCloseTo(10);
    for (const part of latencyParts) expect(found?.parts[part] ?? 0).toBeGreaterThanOrEqual(0);
  });

  it('leaves an app that counts no statements what they take, and does not call it 0', () => {
    const found = decompose({ ...evidence, statementSeconds: null, poolWaitSeconds: null });
    expect(found?.parts).toMatchObject({ app: 6, statements: null, poolWait: null });
    expect(found?.warnings).toEqual([]);
  });

  it('says where the estimate of the loop does not fit', () => {
    const found = decompose({ ...evidence, timerDelay: { meanMs: 9, idleMeanMs: 1 } });
    expect(found?.parts).toMatchObject({ eventLoopWait: 4, rest: 0 });
    expect(found?.warnings.join()).toMatch(/Timers were 8\.0 ms late, more than all the time/);
  });

  it('does not divide the time in the app where statements ran side by side', () => {
    const found = decompose({ ...evidence, statementSeconds: 30 });
    expect(found?.parts).toMatchObject({ app: 6, statements: null, poolWait: null });
    expect(found?.warnings.join()).toMatch(/side by side/);
  });

  it('is not divided when the app says more than the clients waited', () => {
    const found = decompose({ ...evidence, app: { requests: 1000, requestSeconds: 15 } });
    expect(Object.values(found?.parts ?? {})).toEqual([null, null, null, null, null]);
    expect(found?.warnings.join()).toMatch(/so the time cannot be divided/);
  });

  it('warns when client and app counted different requests', () => {
    const found = decompose({ ...evidence, app: { requests: 900, requestSeconds: 5.4 } });
    expect(found?.warnings.join()).toMatch(/app counted 900 requests, the client 1000/);
  });

  it('is nothing where nothing was counted', () => {
    expect(decompose({ ...evidence, client: { requests: 0, meanMs: 0 } })).toBeNull();
    expect(decompose({ ...evidence, app: { requests: 0, requestSeconds: 0 } })).toBeNull();
  });
});
