// docs/runbook.md, a paragraph for each alert: Grafana has it as a dashboard, the live page as a page.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

type Paragraph = { alert: string; markdown: string };

export function readRunbook(): Paragraph[] {
  const file = readFileSync(join(__dirname, '../../docs/runbook.md'), 'utf8');
  const [, ...parts] = file.split(/^## /m);
  return parts.map((part) => {
    const end = part.indexOf('\n');
    return { alert: part.slice(0, end).trim(), markdown: unlink(part.slice(end).trim()) };
  });
}

/** Neither knows the other files of the repository: of a link to one its words remain. */
const unlink = (markdown: string): string => markdown.replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1');
