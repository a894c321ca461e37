// Words in place of values, as Grafana's value mappings.
import {
  MappingType,
  type SpecialValueMap,
  SpecialValueMatch,
  type ValueMap,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { boundColour } from '../colours';

/** No value is neither good nor bad. */
export const nothing = {
  type: MappingType.SpecialValue,
  options: {
    match: SpecialValueMatch.NullAndNan,
    result: { text: '–', color: boundColour, index: 0 },
  },
} satisfies SpecialValueMap;

export const wordsMapping = (words: Readonly<Record<number | string, string>>): ValueMap => ({
  type: MappingType.ValueToText,
  options: Object.fromEntries(
    Object.entries(words).map(([value, text], index) => [value, { text, index: index + 1 }]),
  ),
});
