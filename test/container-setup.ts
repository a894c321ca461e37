// For the tests that need containers: one owner of all that they start, and its removal at the end.
// Nothing is started here: idle containers would take CPU time from what other tests measure.
import { engineProblem } from './compose-stack';
import { ownProjects, projectNamed, removeProjects } from './container-projects';

export default function setup(): () => Promise<void> {
  ownProjects();
  return async () => {
    if (engineProblem() !== undefined) return;
    await removeProjects((project) => project.startsWith(projectNamed('')));
  };
}
