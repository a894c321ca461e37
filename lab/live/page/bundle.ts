// The page as a browser takes it, made of TypeScript and ECharts in this clone: nothing comes from
// afar, and nothing made lies about.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { rootDir } from '../../paths';

export type Asset = { type: string; body: string };
export type Bundle = {
  /** Changes when anything of the page does. */
  build: string;
  /** By path. */
  assets: ReadonlyMap<string, Asset>;
};

const browserDir = join(__dirname, 'browser');

export async function bundlePage(): Promise<Bundle> {
  const [script, style, html] = await Promise.all([
    bundleScript(),
    readStyle(),
    readFile(join(browserDir, 'index.html'), 'utf8'),
  ]);
  const hash = createHash('sha256').update(script).update(style).update(html);
  return {
    build: hash.digest('hex').slice(0, 12),
    assets: new Map([
      ['/', { type: 'text/html; charset=utf-8', body: html }],
      ['/page.js', { type: 'text/javascript; charset=utf-8', body: script }],
      ['/page.css', { type: 'text/css; charset=utf-8', body: style }],
    ]),
  };
}

async function readStyle(): Promise<string> {
  const files = [join(rootDir, 'lab/render/base.css'), join(browserDir, 'page.css')];
  return (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n');
}

async function bundleScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(browserDir, 'main.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}
