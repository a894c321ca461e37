// What `npm run bench -- effort` might have found.
import type { AppEffort, Effort } from './effort';

const app = (lines: number, image: AppEffort['image']): AppEffort => ({
  lines: [
    { feature: 'start and configuration', files: 4, lines },
    { feature: 'admin', files: 2, lines: 2 * lines },
  ],
  dependencies: { direct: 5, total: 12 },
  installBytes: 20_500_000,
  image,
  start: { seconds: [1.2, 1.1, 1.4, 1.3, 1.0], median: 1.2 },
  idleMemory: { processes: 2, rssBytes: 200_000_000, pssBytes: 120_000_000 },
});

export const effortFixture = (): Effort => ({
  schemaVersion: 1,
  measuredAt: '2026-01-05T10:00:00.000Z',
  revision: { commit: '0123456789abcdef0123456789abcdef01234567', dirty: false },
  host: {
    fingerprint: '0123456789abcdef',
    cpuModel: 'Some CPU',
    cores: 2,
    memoryBytes: 8e9,
    kernel: '6.1.0',
  },
  profile: 'default',
  caveats: ['PostgreSQL shares the subject’s core.'],
  apps: {
    express: app(100, { bytes: 242e6, standInBase: true, reference: 'headroom-express' }),
    django: app(70, { bytes: null, why: 'There is no image headroom-django yet.' }),
  },
});
