// What every page is in: one file with everything in it, which asks no network for anything.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootDir } from '../../paths';
import { html, type Markup, raw } from './markup';

export type Section = { id: string; title: string; body: Markup };

const style = [join(rootDir, 'lab/render/base.css'), join(__dirname, 'report.css')]
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

/** Whatever a name holds, it neither ends the string nor the style sheet. */
const cssString = (text: string): string =>
  `"${text.replace(/[^ -~]|["\\<]/g, (character) => `\\${character.codePointAt(0)?.toString(16)} `)}"`;

export function renderShell(page: {
  title: string;
  /** Paragraphs below the title. */
  about: Markup;
  /** What it is of, at the foot of each printed page. */
  source: string;
  sections: readonly Section[];
  footer: Markup;
}): string {
  const { title, about, source, sections, footer } = page;
  const whole = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${title} · Headroom</title>
<link rel="icon" href="data:,">
<style>
${raw(style)}
@page { @bottom-left { content: ${raw(cssString(source))}; } }</style>
</head>
<body>
<header>
<p class="brand">Headroom</p>
<h1>${title}</h1>
${about}
</header>
<nav aria-label="Sections"><ul>${sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<main>
${sections.map(
  ({ id, title: name, body }) => html`<section aria-labelledby="${id}"><h2 id="${id}">${name}</h2>
${body}
</section>
`,
)}</main>
<footer><p>${footer}</p></footer>
</body>
</html>
`;
  return whole.text;
}
