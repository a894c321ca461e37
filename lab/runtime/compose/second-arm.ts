// One app as both arms of a comparison: its service in docker-compose.yml has one configuration at a time, so
// the second arm is a service of its own, made of what compose reads there.
import { join } from 'node:path';
import { appNamed } from '../../../contract/apps';
import { stateDir } from '../../paths';
import { secretMode, writeFileAtomic } from '../../results/atomic';
import type { Arm } from '../../results/trial/result';
import { databaseOf } from '../databases';
import type { AppName } from '../subject';
import type { ComposeCli } from './cli';
import type { ComposeConfig } from './settings';

/** Also its host name inside the network, which k6/lib/guard.ts lets be loaded. */
export const secondService = (app: AppName, arm: Arm): string => `${app}-${arm}`;

/** Of its own database, whose name PostgreSQL need not have quoted. */
export const secondDatabase = (app: AppName, arm: Arm): string => `${app}_${arm}`;

type SecondArm = { app: AppName; arm: Arm; image: string; labels: Record<string, string> };

/** `docker compose` on the second arm alone. @param cli has the variables of its subject */
export async function secondArmOf(cli: ComposeCli, second: SecondArm): Promise<ComposeCli> {
  const file = join(stateDir, `${secondService(second.app, second.arm)}.json`);
  // It has the passwords of the composition.
  writeFileAtomic(file, JSON.stringify(secondArmFile(await cli.config(), second)), secretMode);
  return cli.of(file);
}

/** It is published nowhere: its twin has the port. */
export function secondArmFile(
  { name, services, networks = {}, volumes = {} }: ComposeConfig,
  { app, arm, image, labels }: SecondArm,
) {
  const { build: _, depends_on: __, ports: ___, ...service } = services[app] ?? {};
  const environment = { ...service.environment };
  const { environment: declared } = appNamed(app);
  for (const [variable, value] of Object.entries(declared)) {
    const url = environment[variable];
    if (value !== '{databaseUrl}' || !url) continue;
    environment[variable] = Object.assign(new URL(url), {
      pathname: databaseOf(secondDatabase(app, arm)),
    }).href;
  }
  const own = secondService(app, arm);
  environment.ALLOWED_HOSTS = [environment.ALLOWED_HOSTS, own].filter(Boolean).join(',');
  return {
    name,
    services: { [own]: { ...service, image, environment, labels } },
    networks: asExternal(networks),
    volumes: asExternal(volumes),
  };
}

/** Made by the project's own file. */
const asExternal = (made: Record<string, { name: string }>) =>
  Object.fromEntries(
    Object.entries(made).map(([key, { name }]) => [key, { name, external: true }]),
  );
