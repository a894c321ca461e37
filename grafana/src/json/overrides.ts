// Colours and line styles of series, as Grafana's field overrides.
import type { DynamicConfigValue, MatcherConfig } from '@grafana/grafana-foundation-sdk/dashboard';
import { coloursByWord } from '../colours';
import { type Panel, queriesOf } from '../model';
import { refIdOf } from '../targets';

export type Override = { matcher: MatcherConfig; properties: DynamicConfigValue[] };

/** A series that matches several words keeps the colour of the first: Grafana applies the last. */
export function colourOverrides(words?: readonly string[]): Override[] {
  return coloursByWord(words)
    .map(([word, fixedColor]) => ({
      matcher: { id: 'byRegexp', options: `/\\b${word}\\b/` },
      properties: [{ id: 'color', value: { mode: 'fixed', fixedColor } }],
    }))
    .reverse();
}

const lineStyles = {
  dashed: { fill: 'dash', dash: [8, 6] },
  dotted: { fill: 'dot', dash: [0, 8] },
} as const;

export function lineOverrides(panel: Panel): Override[] {
  return queriesOf(panel).flatMap(({ line = 'solid' }, index) =>
    line === 'solid'
      ? []
      : [
          {
            matcher: { id: 'byFrameRefID', options: refIdOf(index) },
            properties: [{ id: 'custom.lineStyle', value: lineStyles[line] }],
          },
        ],
  );
}
