// A subject as a person names it: APP[:PROFILE][:SETTING=VALUE]..., for example
// `django`, `express:tuned`, `express:default:workers=2`, `django:products=1000000`.
import { usageError } from '../errors';
import { formatProducts, shopSizes, sizeOfProducts } from './shop-size';
import {
  type AppName,
  appNames,
  mostReplicas,
  mostWorkers,
  type ProfileName,
  profileNames,
  type Variation,
} from './subject';

export type NamedSubject = {
  app: AppName;
  profile: ProfileName;
  variation: Variation;
  /** The shortest notation of the same subject. */
  notation: string;
};

const settings: Record<keyof Variation, { expected: string; fits: (value: number) => boolean }> = {
  workers: {
    expected: `a whole number from 1 to ${mostWorkers}`,
    fits: wholeUpTo(mostWorkers),
  },
  replicas: {
    expected: `a whole number from 1 to ${mostReplicas}`,
    fits: wholeUpTo(mostReplicas),
  },
  cpus: { expected: 'a number of cores above 0', fits: (value) => value > 0 },
  products: {
    expected: Object.values(shopSizes).join(' or '),
    fits: (value) => sizeOfProducts(value) !== undefined,
  },
};

export function parseSubject(text: string): NamedSubject {
  const [app = '', ...rest] = text.split(':');
  if (!isOneOf(app, appNames)) {
    throw usageError(
      `Subject "${text}": "${app}" is no app. ${grammar}; an app is ${appNames.join(' or ')}.`,
    );
  }
  const named = rest[0] !== undefined && !rest[0].includes('=') ? rest.shift() : undefined;
  const profile = named ?? 'default';
  if (!isOneOf(profile, profileNames)) {
    throw usageError(
      `Subject "${text}": "${profile}" is no profile. ${grammar}; a profile is ${profileNames.join(', ')}.`,
    );
  }
  const variation: Variation = {};
  for (const part of rest) {
    const { setting, value } = parseSetting(text, part);
    if (variation[setting] !== undefined) {
      throw usageError(`Subject "${text}": "${setting}" is given twice.`);
    }
    variation[setting] = value;
  }
  const changed = Object.entries(variation).map(([setting, value]) => `:${setting}=${value}`);
  const notation = `${app}${profile === 'default' ? '' : `:${profile}`}${changed.join('')}`;
  return { app, profile, variation, notation };
}

const grammar = 'A subject is written APP[:PROFILE][:SETTING=VALUE]..., such as express:workers=2';

function parseSetting(text: string, part: string): { setting: keyof Variation; value: number } {
  const [setting = '', given = '', ...more] = part.split('=');
  if (!isOneOf(setting, Object.keys(settings) as (keyof Variation)[]) || more.length > 0) {
    throw usageError(
      `Subject "${text}": "${part}" is no setting. ${grammar}; a setting is ${Object.keys(settings).join(', ')}.`,
    );
  }
  const value = Number(given);
  const { expected, fits } = settings[setting];
  if (given.trim() === '' || !Number.isFinite(value) || !fits(value)) {
    throw usageError(`Subject "${text}": ${setting} is "${given}": give ${expected}.`);
  }
  return { setting, value };
}

const isOneOf = <T extends string>(text: string, known: readonly T[]): text is T =>
  known.some((candidate) => candidate === text);

function wholeUpTo(most: number): (value: number) => boolean {
  return (value) => Number.isInteger(value) && value >= 1 && value <= most;
}

const titles: Record<AppName, string> = { express: 'Express', django: 'Django' };

/** What sentences call two subjects: as short as keeps them apart. */
export function titlesOf(a: NamedSubject, b: NamedSubject): { a: string; b: string } {
  const sayProfile = a.app === b.app;
  return { a: titleOf(a, sayProfile), b: titleOf(b, sayProfile) };
}

/** @param sayProfile whether the default profile is named too */
export function titleOf({ app, profile, variation }: NamedSubject, sayProfile = false): string {
  const changed = Object.entries(variation).map(([setting, value]) =>
    setting === 'products' ? `${formatProducts(value)} products` : `${value} ${setting}`,
  );
  const words = [...(sayProfile || profile !== 'default' ? [profile] : []), ...changed];
  return words.length === 0 ? titles[app] : `${titles[app]} (${words.join(', ')})`;
}
