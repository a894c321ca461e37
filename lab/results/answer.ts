// What the answer to every experiment has.

/** Every result extends this: its sentences and its doubts go with it, and no printer drops them. */
export type Answer = {
  /** To be read aloud, the answer first. */
  sentences: string[];
  warnings: string[];
};
