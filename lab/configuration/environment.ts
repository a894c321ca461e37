// What of the shell's environment reaches the lab and each program that it starts: what is named here.
// Everything else stays outside, such as PGOPTIONS, TZ or NODE_OPTIONS that a shell has for another program.

export type Environment = Readonly<Record<string, string | undefined>>;

type Receiver =
  | 'lab'
  | 'apps'
  | 'k6'
  | 'k6 by hand'
  | 'PostgreSQL'
  | 'Prometheus'
  | 'Docker'
  | 'kubectl';

type ShellVariable = {
  /** A star at the end stands for any ending. */
  names: readonly string[];
  receivers: readonly Receiver[];
  meaning: string;
  /** Kept with each run in containers: it says on which engine they ran. */
  isRecorded?: true;
};

const proxies = ['HTTP', 'HTTPS', 'NO'].flatMap((kind) => [
  `${kind}_PROXY`,
  `${kind.toLowerCase()}_proxy`,
]);

export const shellVariables: readonly ShellVariable[] = [
  {
    names: ['PATH', 'TMPDIR'],
    receivers: ['lab', 'apps', 'k6', 'k6 by hand', 'PostgreSQL', 'Prometheus', 'Docker', 'kubectl'],
    meaning: 'where programs and temporary files are; a run records the versions of the programs',
  },
  {
    names: ['HOME'],
    receivers: ['lab', 'k6 by hand', 'Docker', 'kubectl'],
    meaning: "git's, Docker's and kubectl's own settings",
  },
  {
    names: ['TERM', 'NO_COLOR', 'CI'],
    receivers: ['lab'],
    meaning: 'how the terminal is written to, and whether a skipped test fails',
  },
  {
    names: ['NODE_EXTRA_CA_CERTS'],
    receivers: ['lab'],
    meaning: 'certificates of the webhook, where they are your own',
  },
  {
    names: ['SSL_CERT_FILE', 'SSL_CERT_DIR'],
    receivers: ['k6', 'k6 by hand'],
    meaning: 'certificates of a subject that is loaded by TLS',
  },
  {
    names: ['K6_*', ...proxies],
    receivers: ['k6 by hand'],
    meaning:
      'settings of k6, by hand alone; those that would change the load are refused ([method.md](method.md#what-k6-takes-from-elsewhere))',
  },
  {
    names: [
      ...['DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CONFIG', 'DOCKER_API_VERSION'],
      ...['DOCKER_DEFAULT_PLATFORM', 'BUILDX_BUILDER', 'COMPOSE_PROJECT_NAME'],
    ],
    receivers: ['Docker'],
    meaning: 'which engine, for which platform, and as which project',
    isRecorded: true,
  },
  {
    names: [
      ...['DOCKER_CERT_PATH', 'DOCKER_TLS_VERIFY', 'XDG_RUNTIME_DIR', 'SSH_AUTH_SOCK'],
      ...proxies,
    ],
    receivers: ['Docker'],
    meaning: 'how the engine is reached, and images are fetched; no container gets them',
  },
  {
    names: ['KUBECONFIG', ...proxies],
    receivers: ['kubectl'],
    meaning: 'which cluster, and how it is reached',
  },
];

const covers = (pattern: string, name: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;

const isOneOf = (variables: readonly ShellVariable[], name: string): boolean =>
  variables.some(({ names }) => names.some((pattern) => covers(pattern, name)));

const isOwn = (name: string): boolean => name.startsWith('HEADROOM_');

/** The environment of a program that the lab starts, before the lab adds its own to it. */
export function passedTo(
  receiver: Receiver,
  env: Environment = process.env,
): Record<string, string> {
  const named = shellVariables.filter(({ receivers }) => receivers.includes(receiver));
  return picked(env, (name) => isOneOf(named, name));
}

/** What k6 by hand gets besides: the scripts in k6/ read it. */
export const ownVariables = (env: Environment = process.env): Record<string, string> =>
  picked(env, isOwn);

/** Of the shell's, those that say on which engine containers ran. */
export const recordedOfShell = (env: Environment): Record<string, string> =>
  picked(env, (name) =>
    isOneOf(
      shellVariables.filter(({ isRecorded }) => isRecorded),
      name,
    ),
  );

/** An empty variable counts as unset. */
function picked(env: Environment, isWanted: (name: string) => boolean): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value && isWanted(name)) found[name] = value;
  return found;
}

/** Before anything else is loaded: libraries read the environment too, and children inherit it. */
export function forgetTheRest(env: NodeJS.ProcessEnv = process.env): void {
  for (const [name, value] of Object.entries(env)) {
    if (!value || !(isOwn(name) || isOneOf(shellVariables, name))) delete env[name];
  }
}
