import { expect, it } from 'vitest';
import type { Unit } from '../../../grafana/src/model';
import { formatBeside, formatValue } from './labels';

it.each<[number, Unit, string]>([
  [0, 's', '0 s'],
  [0.00042, 's', '420 µs'],
  [0.0425, 's', '42.5 ms'],
  [1.5, 's', '1.5 s'],
  [90, 's', '1.5 min'],
  [0.0912, 'percentunit', '9.12%'],
  [1, 'percentunit', '100%'],
  [812.4, 'reqps', '812 req/s'],
  [1234, 'reqps', '1.23 K req/s'],
  [0.4, 'reqps', '0.4 req/s'],
  [0, 'ops', '0 ops/s'],
  [0, 'bytes', '0 B'],
  [215_560 * 1024, 'bytes', '211 MiB'],
  [2_500_000, 'short', '2.5 Mil'],
  [3, 'none', '3'],
  [0.9376, 'none', '0.938'],
  [0.00183, 'none', '0.00183'],
])('%d in %s is %s', (value, unit, expected) => {
  expect(formatValue(value, unit)).toBe(expected);
});

it.each<[number, number | undefined, Unit, string]>([
  [0.9896, 0.99, 'percentunit', '98.96%'],
  [0.98996, 0.99, 'percentunit', '98.996%'],
  [0.99, 0.99, 'percentunit', '99%'],
  [0.9896, undefined, 'percentunit', '99%'],
  [0.912, 0.99, 'percentunit', '91.2%'],
  [129_590, 36 * 3600, 's', '35.997 h'],
])('%d beside a bound of %d in %s is %s', (value, bound, unit, expected) => {
  expect(formatBeside(value, bound, unit)).toBe(expected);
});
