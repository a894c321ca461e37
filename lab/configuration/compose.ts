// The variables of docker-compose.yml: .env.example names and explains them; what each may be is here.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { Environment } from './environment';
import { ownVariables } from './environment';
import type { Kind } from './values';
import * as values from './values';
import { k6Variables, labVariables, type Variable } from './variables';

const rootDir = resolve(__dirname, '../..');

/** Lines that belong together in .env.example: a comment, and the variables below it. */
type ComposeGroup = { section: string; comment: string[]; variables: Variable[] };

/** By the end of the name, for any app; the first that fits. */
const kindsByName: readonly [RegExp, Kind<unknown>, 'secret'?][] = [
  // Before the ports: REUSE_PORT is none.
  [/_(PREPARED_STATEMENTS|REUSE_PORT|KEEP_CONNECTIONS|TRUST_PROXY)$/, values.zeroOrOne],
  [/_PORT$/, values.publishedPort],
  [/_PORTS$/, values.publishedPorts],
  [/_CPUSET$/, values.cpuset],
  [/_GENERATOR_CPUS$/, values.coresOrAll],
  [/_CPUS$/, values.cores],
  [/_MEMORY$/, values.memory],
  [/_(WORKERS|THREADS|POOL)$/, values.whole(1, 1000)],
  [/_GC_THRESHOLD$/, values.whole(0, 1_000_000_000)],
  [/_MIDDLEWARE$/, values.oneOf(['full', 'none'])],
  [/_(POOL_TIMEOUT|KEEP_ALIVE|CLIENT_TIMEOUT)_SECONDS$/, values.seconds],
  [/_(UID|GID)$/, values.whole(0, 4_294_967_294)],
  [/_(NODE_OPTIONS|TOUR_FLAGS|NIGHTLY_AT)$/, values.text],
  // A flag may name a webhook.
  [/_NIGHTLY_FLAGS$/, values.text, 'secret'],
  [/_IMAGES(_TAG)?$/, values.text],
  [/_NIGHTLY_DNS$/, values.host],
  [/_GRAFANA_ROLE$/, values.oneOf(['Viewer', 'Editor', 'Admin'])],
  [/_GRAFANA_NO_LOGIN$/, values.oneOf(['true', 'false'])],
  [/_RETENTION$/, values.duration],
  [/_RETENTION_SIZE$/, values.diskSize],
  [/_PASSWORD$/, values.password, 'secret'],
  [/_SESSION_SECRET$/, values.sessionSecret, 'secret'],
];

/** Those that the lab or k6 reads under the same name mean the same there. */
const known = new Map(
  [...Object.values(labVariables), ...k6Variables].map((variable) => [variable.name, variable]),
);

/** @throws where nothing says what a variable may be */
function variableOf(name: string, fallback: string): Variable {
  const own = known.get(name);
  const entry = own ? undefined : kindsByName.find(([pattern]) => pattern.test(name));
  const kind = own?.kind ?? entry?.[1];
  if (kind === undefined) {
    throw new Error(
      `.env.example names ${name}: say in lab/configuration/compose.ts what it may be.`,
    );
  }
  const isSecret = own?.isSecret ?? entry?.[2] === 'secret';
  return {
    ...{ name, kind, meaning: '' },
    ...(fallback !== '' && { default: fallback }),
    ...(isSecret && { isSecret }),
  };
}

/** .env.example as groups; its introduction is left out. */
export function composeGroups(
  text = readFileSync(join(rootDir, '.env.example'), 'utf8'),
): ComposeGroup[] {
  const groups: ComposeGroup[] = [];
  let section = '';
  let comment: string[] = [];
  let group: ComposeGroup | undefined;
  for (const line of text.split('\n')) {
    const [, title] = /^# --- (.*) ---$/.exec(line) ?? [];
    const [, name, value = ''] = /^#([A-Z]\w*)=(.*)$/.exec(line) ?? [];
    const [, words] = /^# (.*)$/.exec(line) ?? [];
    if (title !== undefined) {
      [section, comment, group] = [title, [], undefined];
    } else if (name !== undefined) {
      if (group === undefined) {
        group = { section, comment, variables: [] };
        groups.push(group);
      }
      group.variables.push(variableOf(name, value));
    } else if (words !== undefined && section !== '') {
      if (group !== undefined) [comment, group] = [[], undefined];
      comment.push(words);
    }
  }
  return groups;
}

export const composeVariables = (): Variable[] =>
  composeGroups().flatMap(({ variables }) => variables);

/**
 * What the person has chosen of them: in .env beside docker-compose.yml, and in the shell, which goes
 * before it. Unchecked.
 */
export function composeChoices(env: Environment = process.env): Record<string, string> {
  const file = join(rootDir, '.env');
  const inFile = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  return { ...ownVariables(inFile), ...ownVariables(env) };
}
