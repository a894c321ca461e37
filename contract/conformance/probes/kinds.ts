// The kinds of attack that the probes try. Data alone: whoever counts the results of a run by kind
// needs no test runner for it.

/** As the name of each probe begins: `CSRF: no unsafe request is served without ...`. */
export const probeKinds = [
  'reflected XSS',
  'stored XSS',
  'SQL injection',
  'CSRF',
  'clickjacking',
  'session fixation',
  'session cookies',
  'IDOR',
  'mass assignment',
  'bodies',
  'body abuse',
  'path abuse',
  'Host header',
  'methods',
  'enumeration',
  'caches',
  'secrets',
] as const;
export type ProbeKind = (typeof probeKinds)[number];

/** The kind of the probe that a case of this name is; undefined when it is none. */
export const probeKindOf = (name: string): ProbeKind | undefined =>
  probeKinds.find((kind) => name.startsWith(`${kind}: `));
