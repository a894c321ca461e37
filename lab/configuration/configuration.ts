// The lab's configuration: every HEADROOM_ variable, read once and checked. Nothing else in lab/ reads
// the environment (configuration.test.ts holds that).
import { ownFolders } from '../../contract/app-files';
import { usageError } from '../errors';
import { composeChoices, composeVariables } from './compose';
import { type Environment, ownVariables, recordedOfShell } from './environment';
import {
  appVariables,
  contractVariables,
  k6Variables,
  labVariables,
  portVariables,
  prefixOf,
  setUpVariables,
  testVariables,
  type Variable,
} from './variables';

type ValueOf<V> = V extends { kind: { schema: { _output: infer Value } } }
  ? V extends { default: string }
    ? Value
    : Value | undefined
  : never;
type ValuesOf<Variables> = { [Key in keyof Variables]: ValueOf<Variables[Key]> };

/** @throws LabError (exit 2) naming the variable, its value and the remedy */
export function readConfiguration(env: Environment) {
  refuseUnknown(env);
  return {
    ...valuesOf(labVariables, env),
    ports: valuesOf(portVariables, env),
    apps: mapValues(appVariables, (variables) => valuesOf(variables, env)),
    allowedSkips: valueIn(testVariables.allowedSkips, env),
    isCi: Boolean(env.CI),
    isWithoutColour: Boolean(env.NO_COLOR),
  };
}

/** Of docker-compose.yml's variables what the person has chosen, checked. */
export function readComposeChoices(env?: Environment) {
  const choices = composeChoices(env);
  refuseUnknown(choices);
  for (const variable of composeVariables()) valueIn(variable, choices);
  const { logLevel, plantedWorkMs } = labVariables;
  return { choices, apps: valuesOf({ logLevel, plantedWorkMs }, choices) };
}

const mapValues = <Key extends string, From, To>(
  record: Record<Key, From>,
  change: (value: From) => To,
): Record<Key, To> =>
  Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, change(value as From)]),
  ) as Record<Key, To>;

const valuesOf = <Variables extends Record<string, Variable>>(
  variables: Variables,
  env: Environment,
): ValuesOf<Variables> =>
  mapValues(variables, (variable) => valueIn(variable, env)) as ValuesOf<Variables>;

/** @throws LabError (exit 2) naming the variable, its value and the remedy */
export function valueIn<V extends Variable>(variable: V, env: Environment): ValueOf<V> {
  // An empty variable counts as unset.
  const text = env[variable.name] || variable.default;
  if (text === undefined) return undefined as ValueOf<V>;
  const parsed = variable.kind.schema.safeParse(text);
  if (parsed.success) return parsed.data as ValueOf<V>;
  const { name, kind } = variable;
  const shown = shownValue(variable, text);
  const fallback = variable.default === undefined ? '' : ` for ${variable.default}`;
  throw usageError(
    `${name} is ${shown === undefined ? 'invalid (its value is secret)' : `"${shown}"`}: give ${kind.expected}, or unset it${fallback}.`,
  );
}

/** Undefined for a secret; a URL without its password, which may hold any character where it was not encoded. */
const shownValue = ({ isSecret }: Variable, text: string): string | undefined =>
  isSecret ? undefined : text.replace(/\/\/.*@/s, '//');

/** Of the lab's own process; docker-compose.yml's besides. */
const ownOnes = (): Variable[] => [
  ...Object.values(labVariables),
  ...contractVariables,
  ...Object.values(portVariables),
  ...Object.values(appVariables).flatMap((variables) => Object.values(variables)),
];

/** Of the clone's apps that a command leaves out: a shell may have them for other commands. */
const namesOfLeftOut = (): string[] =>
  ownFolders().flatMap((app) =>
    ['PORT', 'METRICS_PORT', 'URL', 'METRICS_URL'].map((ending) => `${prefixOf(app)}_${ending}`),
  );

/** A name that was mistyped would change nothing, and be found by nobody. */
function refuseUnknown(env: Environment): void {
  const others = [...ownOnes(), ...k6Variables, ...setUpVariables, ...Object.values(testVariables)];
  const known = new Set([...others.map(({ name }) => name), ...namesOfLeftOut()]);
  const strange = Object.keys(ownVariables(env)).filter((name) => !known.has(name));
  if (strange.length === 0) return;
  const ofCompose = new Set(composeVariables().map(({ name }) => name));
  const unknown = strange.find((name) => !ofCompose.has(name));
  if (unknown === undefined) return;
  throw usageError(
    `${unknown} is not a variable of the lab: correct its name (docs/configuration.md lists them all), or unset it.`,
  );
}

/** What a run records: the variables that differ from their defaults; of a secret, that it is set. */
export function recordedConfiguration(
  runtime: string,
  env: Environment = process.env,
): Record<string, string> {
  const isCompose = runtime === 'compose';
  const own = recordOf(ownOnes(), env);
  if (!isCompose) return own;
  return { ...own, ...recordOf(composeVariables(), composeChoices(env)), ...recordedOfShell(env) };
}

/**
 * What changes a subject without being part of its record, as ports and folders do not. Of containers, the limits
 * of the measured parts, and what the apps are given beside a profile's numbers.
 */
const decidingNames =
  /^HEADROOM_(SHOP_SIZE|LOG_LEVEL|PLANTED_WORK_MS|TRUST_PROXY|(SUBJECT|DATABASE|GENERATOR)_(CPUS|MEMORY)|(POOL_TIMEOUT|KEEP_ALIVE|CLIENT_TIMEOUT)_SECONDS|\w+_(PREPARED_STATEMENTS|MIDDLEWARE|NODE_OPTIONS|REUSE_PORT|GC_THRESHOLD|KEEP_CONNECTIONS))$/;

/** Of what a run recorded, the settings that its figures depend on; none in earlier runs. */
export const decidingSettings = (recorded: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(recorded)
      .filter(([name]) => decidingNames.test(name))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/** The same as text: equal for runs whose figures may stand side by side. */
export const describeSettings = (recorded: Readonly<Record<string, string>>): string =>
  Object.entries(decidingSettings(recorded))
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

/** Whether a run was made under the settings that hold now. */
export const isOfTheseSettings = (run: {
  configuration: Readonly<Record<string, string>>;
  runtime: { kind: string };
}): boolean =>
  describeSettings(run.configuration) === describeSettings(recordedConfiguration(run.runtime.kind));

const recordOf = (variables: readonly Variable[], env: Environment): Record<string, string> =>
  Object.fromEntries(
    variables.flatMap((variable) => {
      const text = env[variable.name];
      if (!text || text === variable.default) return [];
      return [[variable.name, shownValue(variable, text) ?? 'set']];
    }),
  );

export type Configuration = ReturnType<typeof readConfiguration>;

export const configuration: Configuration = readConfiguration(process.env);
