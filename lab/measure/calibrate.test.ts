import { describe, expect, it } from 'vitest';
import { sizeForRates } from './calibrate';

const sized = (generatorShare: number | null) => {
  const said: string[] = [];
  const conductor = { say: (text: string) => said.push(text) };
  return { rps: sizeForRates(conductor, { achievedRps: 24_000, generatorShare }, 1.6), said };
};

describe('stairs of rates', () => {
  it.each([0.8, null])('are sized by the throughput, with k6 at %s of its cores', (share) => {
    expect(sized(share)).toEqual({ rps: 24_000, said: [] });
  });

  it('end far below it where k6 was full, and the run says where', () => {
    const { rps, said } = sized(0.93);
    expect(1.6 * rps).toBeCloseTo(2_400);
    expect(said.join()).toMatch(/rates end at 2400 requests per second/);
  });
});
