// One colour for each app, the same everywhere, and a few more, all from the palette of Okabe and
// Ito (https://jfly.uni-koeln.de/color/), which the colour-blind can tell apart.
import { type AppName, apps as registered } from '../../contract/apps';

export type { AppName };
export const apps: readonly AppName[] = registered.map(({ name }) => name);

/**
 * Of the palette, blue and vermillion stand out on dark and on light ground: they are the first two apps'.
 */
export const appColours: Readonly<Record<AppName, string>> = Object.fromEntries(
  registered.map(({ name, colour }) => [name, colour]),
);

/** Parts that stand beside the apps in a chart. */
export const partColours = { database: '#009E73', generator: '#CC79A7' } as const;

/** For everything that is neither, in this order. */
export const palette = ['#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#F0E442', '#999999'] as const;

/** Lines across a chart: limits, not measurements. Its contrast is over 3 to 1 on white as on dark ground. */
export const boundColour = '#8C8C8C';

/** A series that is a limit: its legend says SLO. */
const limitColours = { SLO: boundColour } as const;

/** Of figures alone, and of alerts: no app, no part and no line has them. */
export const stateColours = { good: '#3D8B37', bad: '#E0245E' } as const;

/**
 * Which word of a legend gives a series which colour: the first that matches. `words` are a
 * panel's own, in the order of the palette.
 */
export function coloursByWord(words: readonly string[] = []): [word: string, colour: string][] {
  const own = words.map((word, index): [string, string] => {
    const colour = palette[index];
    if (colour === undefined) throw new RangeError(`no colour is left for "${word}"`);
    return [word, colour];
  });
  return [...own, ...Object.entries({ ...appColours, ...partColours, ...limitColours })];
}
