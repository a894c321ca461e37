import { afterAll, beforeAll, describe, test } from 'vitest';
import { ClusterLab, clusterProblem } from './kubernetes-cluster';
import type { Lab } from './lab-process';

/** Tests in the shared namespace, with a lab of their own; skipped, and the reason said, where there is no cluster. */
export function describeOnCluster(
  name: string,
  define: (on: { cluster: ClusterLab; lab: Lab }) => void,
): void {
  const problem = clusterProblem();
  if (problem !== undefined) {
    test(name, (context) => context.skip(problem));
    return;
  }
  describe(name, () => {
    const on = {} as { cluster: ClusterLab; lab: Lab };
    beforeAll(async () => {
      on.cluster = await ClusterLab.shared();
      on.lab = await on.cluster.lab();
    });
    afterAll(() => on.lab?.remove());
    define(on);
  });
}
