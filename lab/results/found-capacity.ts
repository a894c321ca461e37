/**
 * Whether the rate that a search found to hold is a capacity: not the generator's, and of one machine from its
 * beginning to its end. However wide its bounds are, it counts.
 */
export const foundCapacity = (search: {
  readonly holdsRps: number | null;
  readonly ending?: { readonly ending: string } | null | undefined;
  readonly changes?: readonly unknown[] | undefined;
}): boolean =>
  search.holdsRps !== null &&
  search.ending?.ending !== 'generator' &&
  (search.changes ?? []).length === 0;
