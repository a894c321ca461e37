// What docker-compose.yml gives its service `placement`: cores that somebody chose, and the CPU limits of
// the parts that have one.
import type { Environment } from './environment';

/** An empty variable counts as unset; docker-compose.yml has checked none of them. */
export function readPlacementService(env: Environment = process.env) {
  return {
    folder: '/placement',
    chosen: {
      subject: env.SUBJECT_CPUSET || undefined,
      database: env.DATABASE_CPUSET || undefined,
      generator: env.GENERATOR_CPUSET || undefined,
      screens: env.SCREENS_CPUSET || undefined,
    },
    limits: {
      subject: Number(env.SUBJECT_CPUS) || 1,
      database: Number(env.DATABASE_CPUS) || 1,
    },
  };
}
