// docs/runbook.md as a page: the name of an alert leads to its paragraph.
import { readRunbook } from '../../../grafana/src/runbook';
import { html, type Markup, raw } from '../../render/page/markup';

export const renderRunbook = (): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Runbook · Headroom</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css">
</head>
<body>
<main class="runbook">
<h1>Runbook</h1>
<p>What each alert means, and what to do. <a href="/">The live page</a></p>
${readRunbook().map(
  ({ alert, markdown }) => html`<h2 id="${alert}">${alert}</h2>
${paragraphs(markdown)}
`,
)}</main>
</body>
</html>
`.text;

/** The runbook has paragraphs, bold words and code, and nothing else. */
function paragraphs(markdown: string): Markup[] {
  return markdown.split(/\n{2,}/).map((paragraph) => html`<p>${inline(paragraph)}</p>`);
}

function inline(text: string): Markup {
  const escaped = html`${text}`.text;
  return raw(
    escaped
      .replaceAll(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
      .replaceAll(/`([^`]+)`/g, '<code>$1</code>'),
  );
}
