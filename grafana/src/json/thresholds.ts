// Bounds of the catalogue, as Grafana's thresholds.
import {
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { boundColour, stateColours } from '../colours';
import type { Bound, Stat } from '../model';

const absolute = (steps: Threshold[]) =>
  new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);

/** Lines across a chart. The first step has no lower end, and no line. */
export const lines = (bounds: readonly Bound[]) =>
  absolute([
    { color: 'transparent', value: null },
    ...bounds.map(({ value }) => ({ color: boundColour, value })),
  ]);

export function verdicts(colour: Stat['colour']): ThresholdsConfigBuilder {
  if (colour === 'app') return absolute([{ color: boundColour, value: null }]);
  return 'badFrom' in colour
    ? absolute([
        { color: stateColours.good, value: null },
        { color: stateColours.bad, value: colour.badFrom },
      ])
    : absolute([
        { color: stateColours.bad, value: null },
        { color: stateColours.good, value: colour.goodFrom },
      ]);
}
