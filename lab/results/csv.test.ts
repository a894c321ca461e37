import { describe, expect, it } from 'vitest';
import { LabError } from '../errors';
import { parseCsv, readCsv } from './csv';

const parse = (text: string, numbers: string[] = ['n', 'x']) =>
  parseCsv(text, 'data.csv', { numbers, texts: ['label', 'note', 'disk'] });

/** The numbers of a table, row by row. */
const numbersOf = (text: string): number[][] =>
  parse(text).map((row) => [row.number('n'), row.number('x')]);

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
  it('is read with its columns in any order, blank lines, CRLF and spaces', () => {
    const rows = parse('x, n ,note\r\n10, 1,a\r\n\r\n20.5,2e1,b\r\n');
    expect(rows.map((row) => [row.number('n'), row.number('x'), row.text('note')])).toEqual([
      [1, 10, 'a'],
      [20, 20.5, 'b'],
    ]);
    expect(rows.map(({ line }) => line)).toEqual([2, 4]);
  });

  it('may quote cells, commas, quotes and line ends inside', () => {
    const [row] = parse('value,label\n1,"a, ""b""\nc"', ['value']);
    expect(row?.text('label')).toBe('a, "b"\nc');
    expect(row?.text('absent')).toBeUndefined();
  });

  it('numbers its rows by the line on which each begins', () => {
    const rows = parse('label,value\n\n"a\r\nb\nc",1\r\n , \nd,2', ['value']);
    expect(rows.map(({ line }) => line)).toEqual([3, 7]);
  });

  it('takes a quote inside of a cell for what it is', () => {
    expect(parse('disk,value\n3.5" disk,1', ['value'])[0]?.text('disk')).toBe('3.5" disk');
  });
});

describe('the ways of writing a table', () => {
  const wanted = [
    [1, 1000],
    [16, 602.5],
  ];

  it.each([
    ['n,x\n1,1000\n16,602.5\n', 'commas'],
    ['n;x\n1;1000\n16;602,5\n', 'semicolons and decimal commas'],
    ['n;x\n1;1000\n16;602.5\n', 'semicolons and points'],
    ['"n";"x"\n"1";"1000"\n"16";"602,5"\n', 'everything quoted'],
    ['n\tx\n1\t1000\n16\t602.5\n', 'tabs'],
    ['n|x\n1|1000\n16|602.5\n', 'bars'],
    ['sep=;\nn;x\n1;1000\n16;602,5\n', "Excel's first line"],
    ['"sep=|"\r\nn|x\r\n1|1000\r\n16|602.5\r\n', "LibreOffice's first line"],
    ['sep=\t\nn\tx\n1\t1000\n16\t602.5\n', 'a first line that names the tab'],
    ['n,x\r1,1000\r16,602.5\r', 'lone carriage returns'],
    ['n,x\r\n1,1000\n16,602.5\r', 'line ends of three kinds'],
    ['n,x,\n1,1000,\n16,602.5,\n', 'a separator at each end of line'],
    ['n,x\n1,1000,\n16,602.5,,\n', 'separators at the ends of rows alone'],
    ['\n  \nn,x\n1,1000\n\n16,602.5', 'blank lines before and between'],
    ['N,X\n1,1000\n16,602.5', 'names in capitals'],
    ['n,N,x\n1,5,1000\n16,5,602.5', 'a second name that differs in capitals'],
    ['n,x\n+1,1e3\n1.6E+1,602.5e-0', 'exponents and signs'],
    ['a;n,b;x\n0;1;1000\n0;16;602,5'.replace('n,b', 'n'), 'other columns before'],
    ['label,n,x\n"a;b;c;d;e",1,1000\n,16,602.5', 'a text that holds another separator'],
  ])('%j is read: %s', (text) => {
    expect(numbersOf(text)).toEqual(wanted);
  });

  it.each([
    ['n,x\n0x10,1', ':2: n is "0x10"', 'hexadecimal'],
    ['n,x\n0b11,1', ':2: n is "0b11"', 'binary'],
    ['n,x\n1,1e999', ':2: x is "1e999"', 'more than a double holds'],
    ['n,x\n1,1e155', ':2: x is "1e155"', 'a number whose square no double holds'],
    ['n,x\n1,1e-320', ':2: x is "1e-320"', 'a number whose square is 0'],
    ['n,x\n1,NaN', ':2: x is "NaN"', 'no number'],
    ['n,x\n1,-inf', ':2: x is "-inf"', 'infinity'],
    ['n,x\n1,12 ms', ':2: x is "12 ms"', 'a unit'],
    ['n,x\n1,"1,234"', ':2: x is "1,234"', 'thousands in quotes'],
    ['n,x\n1,1_000', ':2: x is "1_000"', 'an underscore'],
    ["n;x\n1;1'234,5", `:2: x is "1'234,5"`, 'Swiss thousands'],
    ['n;x\n1;1.234,5', ':2: x is "1.234,5"', 'German thousands'],
    ['n;x\n1;0,5\n2;0.5', ':3: x is "0.5"', 'two decimal marks'],
    ['n;x\n1.000;0,5\n2;7', ':2: n is "1.000"', 'thousands in one column, a comma in the other'],
    ['n\tx\n1\t1,234\n2\t2,345', ':2: "1,234" may mean 1234 or 1.234', 'commas beside tabs'],
    ['n;x\n1;950\n2;1.050', ':3: "1.050" may mean 1050 or 1.050', 'whole numbers and groups'],
    ['n;x\n1;950\n2;1,050', ':3: "1,050" may mean 1050 or 1.050', 'the same with commas'],
    ['n,x\n1,١٢', ':2: x is "١٢"', 'other digits'],
    ['n,x\n1,−5', ':2: x is "−5"', 'a typographic minus'],
  ])('%j is refused with %j: %s', (text, message) => {
    expect(usage(() => numbersOf(text))).toContain(`data.csv${message}`);
  });
});

describe('an error', () => {
  it.each([
    ['n,x\n1,fast', 'data.csv:2: x is "fast", which is not a number', 'a word'],
    ['n,x\n1,', 'data.csv:2: x is "", which is not a number', 'an empty cell'],
    ['n,x\n1,Infinity', 'x is "Infinity"', 'no finite number'],
    ['n,x\n1,0', 'data.csv:2: x is "0", but must be above 0', 'a zero'],
  ])('of %j says %j, for %s', (text, message) => {
    expect(usage(() => parse(text).map((row) => row.positive('x')))).toContain(message);
  });

  it.each([
    ['', 'data.csv is empty', 'an empty file'],
    ['n,x\n', 'has a header but no rows', 'a bare header'],
    ['1,20\n2,40', 'data.csv:1: column "n", "x" is missing', 'no header'],
    ['n,x\n1,1,5', 'data.csv:2: 3 cells where the header names 2 columns', 'a decimal comma'],
    ['n;x,y\n1;2', 'the columns are "n;x", "y"', 'two separators'],
    ['n x\n1 2', 'separated by commas, semicolons or tabs', 'spaces'],
    ['n,x,x\n1,2,3', 'data.csv:1: two columns are named "x"', 'a name given twice'],
    ['N,x,n,n\n1,2,3,4', 'data.csv:1: two columns are named "n"', 'another'],
    ['X,x ,n,x\n1,2,3,4', 'data.csv:1: two columns are named "x"', 'twice but for a space'],
    ['N,X,x,N\n1,2,3,4', 'data.csv:1: two columns are named "n"', 'twice in capitals'],
    ['n,x,note\n1,2', 'data.csv:2: 2 cells where the header names 3', 'a short row'],
    ['sep=;\nn;x', 'has a header but no rows', 'a separator and a bare header'],
    ['n,x\n"1,2', 'data.csv:2: a quote is opened and never closed', 'an open quote'],
    ['n,x\n1,2\n3,"4\n5,6', 'data.csv:3: a quote is opened', 'an open quote, by its first line'],
  ])('of the table %j says %j, for %s', (text, message) => {
    expect(usage(() => parse(text))).toContain(message);
  });

  it('names a file that is not there', () => {
    expect(usage(() => readCsv('/no/such.csv', { numbers: ['n'] }))).toContain(
      'there is no such file',
    );
  });

  it('names the line of a row behind quoted line ends', () => {
    expect(usage(() => parse('n,x,note\r\n1,2,"a\r\nb"\r\n1,2,3,4\r\n'))).toContain(
      'data.csv:4: 4 cells',
    );
  });
});
