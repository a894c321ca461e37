// How apps and outcomes look in every chart: names and colours, which page and slides draw.
import { shownApp } from '../../contract/apps';
import { palette } from '../../grafana/src/colours';
import { appTitle } from '../results/findings';
import type { RunRecord } from '../results/schemas';
import type { Outcome } from '../results/trial/result';

/** What a mark says of its point: what came of a step, or of a calculation how far it can be trusted. */
export type Mark = Outcome | 'extended' | 'refused';

/** Whose a series is. Of two series of one app the second has a tint and a shape of its own. */
export type Look = { app: string; second?: boolean };

/** The two that a comparison holds against each other, each with what a person calls it. */
export type ArmLooks = Record<'a' | 'b', Look & { label: string }>;

export const appColour = (app: string): string => shownApp(app)?.colour ?? palette[0];

export const colourOf = ({ app, second }: Look): string => appTint(app, second ? 1 : 0);

/** An app looks the same in either arm; against itself, its second arm is told from the first. */
export const armLooks = (
  apps: Record<'a' | 'b', string>,
  labels: Record<'a' | 'b', string>,
): ArmLooks => ({
  a: { app: apps.a, label: labels.a },
  b: { app: apps.b, label: labels.b, second: apps.a === apps.b },
});

/** How far towards white each further series of one app is, from the second on. */
const tints = [0, 0.45, 0.7];

/** The colour of an app's series: its own for the first, tints of it for others. */
export function appTint(app: string, series: number): string {
  const white = tints[Math.min(series, tints.length - 1)] ?? 0;
  const mixed = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(appColour(app).slice(at, at + 2), 16);
    return Math.round(channel + white * (255 - channel))
      .toString(16)
      .padStart(2, '0');
  });
  return `#${mixed.join('').toUpperCase()}`;
}

export const appsOf = (runs: readonly { run: Pick<RunRecord, 'subjects'> }[]): string[] => [
  ...new Set(runs.flatMap(({ run }) => run.subjects.map(({ app }) => app))),
];

/** The one app that a sentence is about, of those of its run: its colour stands beside it. */
export function appOfSentence(sentence: string, among: readonly string[]): string | undefined {
  const named = among.filter((app) => sentence.includes(appTitle(app)));
  return named.length === 1 || among.length === 1 ? (named[0] ?? among[0]) : undefined;
}

/** Runs side by side differ in the line, as apps do in colour; undefined: solid. */
const lines: readonly (readonly number[] | undefined)[] = [undefined, [7, 4], [2, 3], [9, 3, 2, 3]];
export const mostRuns = lines.length;
export const lineOfRun = (run: number): readonly number[] | undefined => lines[run];
