// What docker-compose.yml says once .env and the environment are filled in, as far as the lab
// needs it; and the variables by which the lab sets what it leaves open.
import { appNamed, hasThreads, reference } from '../../../contract/apps';
import { shopSizeIn } from '../../configuration/database-service';
import type { Environment } from '../../configuration/environment';
import { environmentError } from '../../errors';
import type { Placement } from '../../results/schemas';
import { placed, placeOn } from '../native/placement';
import { type Cpu, parseCpuList } from '../native/topology';
import type { ShopSize } from '../shop-size';
import { type AppName, appNames, type Subject } from '../subject';

/** Services whose containers the lab brings up, or starts for a trial. */
const ownServices = ['postgres', 'prometheus', 'k6', 'lab'] as const;
export type ServiceName = (typeof ownServices)[number] | AppName;

export type ComposeSettings = {
  project: string;
  placement: Placement;
  /** CPU limit of a subject, in cores. */
  subjectCpus: number;
  /** Inside the network. */
  ports: ReadonlyMap<AppName, { public: string; metrics: string }>;
  /** Image of each service: those of subjects and lab are built here. */
  images: Map<ServiceName, string>;
  postgresPassword: string;
  /** What the databases in the containers were made for. */
  shopSize: ShopSize;
};

/** What `docker compose config --format json` prints, as far as it is read here. */
type Service = {
  image?: string;
  cpuset?: string;
  cpus?: number | string;
  environment?: Record<string, string | null>;
  [further: string]: unknown;
};
export type ComposeConfig = {
  name: string;
  services: Record<string, Service>;
  networks?: Record<string, { name: string }>;
  volumes?: Record<string, { name: string }>;
};

function serviceIn({ services }: ComposeConfig, service: ServiceName): Service {
  const found = services[service];
  if (found !== undefined) return found;
  throw environmentError(`docker-compose.yml has no service ${service}: the lab needs it.`);
}

/** The image of a service: one that compose builds is called after project and service. */
export const imageOf = (config: ComposeConfig, service: ServiceName): string =>
  serviceIn(config, service).image ?? `${config.name}-${service}`;

export function settingsOf(config: ComposeConfig, cpus: readonly Cpu[]): ComposeSettings {
  const { name, services: given } = config;
  const serviceOf = (service: ServiceName): Service => serviceIn(config, service);
  const coresOf = (service: ServiceName): number[] => {
    const { cpuset, environment } = serviceOf(service);
    const list = environment?.CORES || cpuset;
    if (list) return parseCpuList(list);
    throw environmentError(
      `docker-compose.yml gives ${service} neither CORES nor a cpuset: give it either.`,
    );
  };
  const portsOf = (app: AppName) => {
    const { PORT, METRICS_PORT } = serviceOf(app).environment ?? {};
    if (PORT && METRICS_PORT) return { public: PORT, metrics: METRICS_PORT };
    throw environmentError(
      `docker-compose.yml gives ${app} no PORT or no METRICS_PORT: give it both.`,
    );
  };
  // 0 is no limit.
  const cpusOf = (service: ServiceName) => Number(serviceOf(service).cpus) || Infinity;

  // Of what docker-compose.yml has; an app that runs natively alone has no service there.
  const services = appNames.filter((app) => given[app] !== undefined);
  const subjects = given[reference.name] ? [...services, reference.name] : services;
  const [subject] = services;
  if (subject === undefined) {
    throw environmentError(
      `docker-compose.yml has none of the apps ${appNames.join(', ')}: add one, or use --runtime native.`,
    );
  }
  const cores = {
    subject: coresOf(subject),
    database: coresOf('postgres'),
    generator: coresOf('k6'),
  };
  const placement = placed(cores, cpus);
  for (const [part, limit, count] of [
    ['PostgreSQL', cpusOf('postgres'), placement.database.length],
    ['The generator', cpusOf('k6'), placement.generator.length],
  ] as const) {
    if (limit < count)
      placement.compromises.push(`${part} may use ${limit} of its ${count} cores.`);
  }
  return {
    project: name,
    placement,
    ports: new Map(subjects.map((app) => [app, portsOf(app)])),
    subjectCpus: Math.min(cpusOf(subject), placement.subject.length),
    images: new Map(
      [...ownServices, ...subjects].map((service) => [service, imageOf(config, service)]),
    ),
    postgresPassword: serviceOf('postgres').environment?.POSTGRES_PASSWORD ?? '',
    shopSize: shopSizeIn(given.database?.environment?.SHOP_SIZE),
  };
}

/** Cores for each part as natively, except where the user has chosen: there, or in .env. */
export function placementVariables(
  cpus: readonly Cpu[],
  chosen: Environment,
): Record<string, string> {
  const { subject, database, generator } = placeOn(cpus);
  const parts = { SUBJECT: subject, DATABASE: database, GENERATOR: generator };
  const variables = Object.entries(parts).flatMap(([part, cores]) => {
    const [list, limit] = [`HEADROOM_${part}_CPUSET`, `HEADROOM_${part}_CPUS`];
    if (chosen[list]) return [];
    const own = [[list, cores.join(',')]];
    // Without the cores, a limit that was chosen is on those of this machine.
    return chosen[limit] ? own : [...own, [limit, String(cores.length)]];
  });
  const screens = chosen.HEADROOM_GENERATOR_CPUSET || generator.join(',');
  return { HEADROOM_SCREENS_CPUSET: screens, ...Object.fromEntries(variables) };
}

/** A subject as docker-compose.yml is told of it; a CPU limit of its own it gets once it is up. */
export function subjectVariables(subject: Subject): Record<string, string> {
  const app = subject.app.toUpperCase();
  return {
    [`HEADROOM_${app}_WORKERS`]: String(subject.workers),
    ...(hasThreads(subject.app) && { [`HEADROOM_${app}_THREADS`]: String(subject.threads) }),
    [`HEADROOM_${app}_POOL`]: String(subject.pool),
    HEADROOM_KEEP_ALIVE_SECONDS: String(subject.keepAliveSeconds),
    ...Object.fromEntries(
      Object.entries({ ...appNamed(subject.app).settings, ...subject.settings }).map(
        ([name, value]) => [`HEADROOM_${app}_${name}`, value],
      ),
    ),
  };
}
