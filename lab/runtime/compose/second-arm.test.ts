import { expect, it } from 'vitest';
import { secondArmFile } from './second-arm';

const config = {
  name: 'lab',
  services: {
    express: {
      build: { context: '.' },
      depends_on: { database: {} },
      ports: [{ target: 8080, published: '8081' }],
      cpuset: '0',
      networks: { load: null, doors: null },
      environment: {
        DATABASE_URL: 'postgres://headroom_app:secret@postgres:5432/headroom_express',
        ALLOWED_HOSTS: '127.0.0.1,localhost,express',
        WORKERS: '2',
      },
    },
    django: {},
  },
  networks: { load: { name: 'lab_load' }, doors: { name: 'lab_doors' } },
  volumes: { placement: { name: 'lab_placement' } },
};

it('the second arm of an app is its service under another name, with a database of its own', () => {
  const labels = { owner: '1:2' };
  const second = { app: 'express', arm: 'b', image: 'lab-express', labels } as const;
  expect(secondArmFile(config, second)).toEqual({
    name: 'lab',
    services: {
      'express-b': {
        image: 'lab-express',
        labels,
        cpuset: '0',
        networks: { load: null, doors: null },
        environment: {
          DATABASE_URL: 'postgres://headroom_app:secret@postgres:5432/headroom_express_b',
          ALLOWED_HOSTS: '127.0.0.1,localhost,express,express-b',
          WORKERS: '2',
        },
      },
    },
    networks: {
      load: { name: 'lab_load', external: true },
      doors: { name: 'lab_doors', external: true },
    },
    volumes: { placement: { name: 'lab_placement', external: true } },
  });
});
