// For the tests on a cluster: the namespace that they share goes when they have ended. Nothing is applied here:
// idle pods would take CPU time from what other tests measure.
import { ownProjects } from './container-projects';
import { ClusterLab, clusterProblem } from './kubernetes-cluster';

export default function setup(): () => Promise<void> {
  ownProjects();
  return async () => {
    if (clusterProblem() === undefined) await ClusterLab.removeAll();
  };
}
