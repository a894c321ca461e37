import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { countLines, linesOf } from './lines';

test.each([
  {
    why: 'blank lines and comments say nothing',
    extension: '.ts',
    text: '// a\n\n/* b\n c */\nlet x;\n',
    lines: 1,
  },
  {
    why: 'nor does what stands before a function',
    extension: '.ts',
    text: '/** Says\n * so. */\nfunction f() {}\n',
    lines: 1,
  },
  {
    why: 'code beside a comment does',
    extension: '.ts',
    text: 'let x; // a\n/* b */ let y;\n',
    lines: 2,
  },
  {
    why: 'slashes within a string are no comment',
    extension: '.ts',
    text: "const url = 'http://x';\n",
    lines: 1,
  },
  {
    why: 'nor within a pattern',
    extension: '.ts',
    text: 'const r = /\\/\\*/;\nlet a = 1;\n// */\n',
    lines: 2,
  },
  {
    why: 'a template is on each of its lines that is not blank',
    extension: '.ts',
    text: ['const t = `', `// text $${'{'}1 +`, '1}', '', 'end`;'].join('\n'),
    lines: 4,
  },
  { why: 'a bracket alone is a line', extension: '.ts', text: 'f(\n  1,\n);\n', lines: 3 },
  { why: 'markup', extension: '.html', text: '<p>\n{# a #}\n<!-- b\nc -->\n</p>\n', lines: 2 },
  {
    why: 'a comment of a template within a line',
    extension: '.html',
    text: '<p>{# a #}</p>\n',
    lines: 1,
  },
  { why: 'styles', extension: '.css', text: '/* a\nb */\np { color: red; } /* c */\n', lines: 1 },
  {
    why: 'what is configured after a hash',
    extension: '',
    text: '# a\nFROM x\n  # b\nRUN echo "# c"\n',
    lines: 2,
  },
])('$why', ({ text, extension, lines }) => {
  expect(countLines(text, extension)).toBe(lines);
});

test.each([
  {
    why: 'docstrings of modules, classes and functions are comments',
    lines: 4,
    text: '"""A\nb."""\n\nimport a\n\n\nclass C:\n    """D."""\n\n    def f(self):\n        """E\n        f."""\n        return 1\n',
  },
  {
    why: 'a string of several lines that is a value is none',
    lines: 4,
    text: 'sql = """\nSELECT 1\n\n# 2\n"""\n',
  },
  { why: 'what is written after a hash is', lines: 2, text: '# a\nx = 1  # b\n\ny = "# c"\n' },
])('Python: $why', ({ text, lines }) => {
  const folder = mkdtempSync(join(tmpdir(), 'lines-'));
  try {
    const file = join(folder, 'a.py');
    writeFileSync(file, text);
    expect(linesOf([file])).toEqual([lines]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
