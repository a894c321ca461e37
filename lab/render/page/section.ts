// A section of report.html.
import type { Markup } from './markup';

export type Section = { id: string; title: string; body: Markup };
