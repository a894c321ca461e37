// Names and colours of series, by the rules of the catalogue.
import { coloursByWord, palette } from '../../../grafana/src/colours';

/** A legend with its labels filled in: {{app}} used. */
export const nameOf = (legend: string, labels: Readonly<Record<string, string>>): string =>
  legend.replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) => labels[label] ?? '').trim();

/** The colour of the first word that is in the name; of the palette's turn where none is. */
export function colourOf(name: string, words: readonly string[] | undefined, turn: number): string {
  const found = coloursByWord(words).find(([word]) => new RegExp(`\\b${word}\\b`).test(name));
  return found?.[1] ?? palette[turn % palette.length] ?? palette[0];
}
