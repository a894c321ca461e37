import { describe, expect, it } from 'vitest';
import { LabError } from '../errors';
import { parseCsv, readCsv } from './csv';

const parse = (text: string, required: string[] = ['n', 'x']) =>
  parseCsv(text, 'data.csv', required);

/** The message of the LabError with exit code 2 that a call throws. */
function usage(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(LabError);
    expect((error as LabError).exitCode).toBe(2);
    return (error as LabError).message;
  }
  throw new Error('nothing was thrown');
}

describe('a table', () => {
  it('is read with its columns in any order, blank lines, CRLF, a byte order mark and spaces', () => {
    const table = parse('\uFEFFx, n ,note\r\n10, 1,a\r\n\r\n20.5,2e1,b\r\n');
    expect(table.rows.map((row) => [row.number('n'), row.number('x'), row.text('note')])).toEqual([
      [1, 10, 'a'],
      [20, 20.5, 'b'],
    ]);
    expect(table.rows.map(({ line }) => line)).toEqual([2, 4]);
  });

  it('may quote cells, commas, quotes and line ends inside', () => {
    const [row] = parse('value,label\n1,"a, ""b""\nc"', ['value']).rows;
    expect(row?.text('label')).toBe('a, "b"\nc');
    expect(row?.text('absent')).toBeUndefined();
  });

  it('numbers its rows by the line on which each begins', () => {
    const table = parse('label,value\n\n"a\nb\nc",1\r\n , \nd,2', ['value']);
    expect(table.rows.map(({ line }) => line)).toEqual([3, 7]);
  });

  it('takes a quote inside of a cell for what it is', () => {
    expect(parse('disk,value\n3.5" disk,1', ['value']).rows[0]?.text('disk')).toBe('3.5" disk');
  });
});

describe('an error', () => {
  it.each([
    ['n,x\n1,fast', 'data.csv:2: x is "fast", which is not a number', 'a word'],
    ['n,x\n1,', 'data.csv:2: x is "", which is not a number', 'an empty cell'],
    ['n,x\n1,Infinity', 'x is "Infinity"', 'no finite number'],
    ['n,x\n1,0', 'data.csv:2: x is "0", but must be above 0', 'a zero'],
  ])('of %j says %j, for %s', (text, message) => {
    expect(usage(() => parse(text).rows.map((row) => row.positive('x')))).toContain(message);
  });

  it.each([
    ['', 'data.csv is empty', 'an empty file'],
    ['n,x\n', 'has a header but no rows', 'a bare header'],
    ['1,20\n2,40', 'data.csv:1: column "n", "x" is missing', 'no header'],
    ['n,x\n1,1,5', 'data.csv:2: 3 cells where the header names 2 columns', 'a decimal comma'],
    ['n,x\n"1,2', 'data.csv:2: a quote is opened and never closed', 'an open quote'],
    ['n,x\n1,2\n3,"4\n5,6', 'data.csv:3: a quote is opened', 'an open quote, by its first line'],
  ])('of the table %j says %j, for %s', (text, message) => {
    expect(usage(() => parse(text))).toContain(message);
  });

  it('names a file that is not there', () => {
    expect(usage(() => readCsv('/no/such.csv', ['n']))).toContain('there is no such file');
  });
});
