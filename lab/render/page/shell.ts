// What every page is in: one file with everything in it, which asks no network for anything.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootDir } from '../../paths';
import { html, type Markup, raw } from './markup';

export type Section = { id: string; title: string; body: Markup };

const style = [join(rootDir, 'lab/render/base.css'), join(__dirname, 'report.css')]
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

export function renderShell(page: {
  title: string;
  /** Paragraphs below the title. */
  about: Markup;
  sections: readonly Section[];
  footer: Markup;
}): string {
  const { title, about, sections, footer } = page;
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
${raw(style)}</style>
</head>
<body>
<header>
<p class="brand">Headroom</p>
<h1>${title}</h1>
${about}
<nav aria-label="Sections"><ul>${sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
</header>
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
