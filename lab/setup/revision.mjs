// Set-up of one app at one revision, in the folder that lab/runtime/revisions wrote its tree to:
//   node lab/setup/revision.mjs '{"root": …, "app": {"name", "title", "folder", "native"}, "isOfTheLab": …}'

import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EnvironmentError, Interrupted, setUp, stampOf } from './run.mjs';
import { describeSteps } from './steps.mjs';

const clone = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const { root, app, isOfTheLab } = JSON.parse(process.argv[2]);
const lab = join(root, '.lab');

/** What the clone has is taken from there where the revision locks the same; @returns whether it does. */
function sharesWithClone(step, path) {
  const inputsOf = (own) => ({ ...describeSteps(own)[step].inputs(), root: '' });
  const here = stampOf(inputsOf({ root, lab }));
  if (here !== stampOf(inputsOf({ root: clone, lab: join(clone, '.lab') }))) {
    unlink(path);
    return false;
  }
  if (existsSync(join(root, path))) return true;
  mkdirSync(dirname(join(root, path)), { recursive: true });
  symlinkSync(join(clone, path), join(root, path));
  return true;
}

/** What is installed here from now on is this tree's own: through a link it would be the clone's. */
function unlink(path) {
  const place = join(root, path);
  if (lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink()) rmSync(place);
}

function stepsNeeded() {
  const { build, python } = app.native;
  const own = build ? [app.name] : [];
  // An app of another repository says all that it needs in its `build` and `python`.
  if (!isOfTheLab) return [...(python ? ['python'] : []), ...own];
  const { workspaces = [] } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const hasPackages =
    sharesWithClone('npm', 'node_modules') &&
    // npm puts there what two workspaces need in different versions.
    workspaces.every(
      (folder) =>
        !existsSync(join(clone, folder, 'node_modules')) ||
        sharesWithClone('npm', join(folder, 'node_modules')),
    );
  if (!hasPackages) {
    for (const folder of ['', ...workspaces]) unlink(join(folder, 'node_modules'));
  }
  return [
    ...(hasPackages ? [] : ['npm']),
    ...(python && !sharesWithClone('python', '.lab/venv') ? ['python'] : []),
    ...own,
  ];
}

try {
  const steps = describeSteps({ root, lab, ...(isOfTheLab ? {} : { apps: [app] }) });
  // `node` is the lab's own.
  const PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
  await setUp(
    stepsNeeded().map((id) => steps[id]),
    { root, lab, env: { ...process.env, PATH } },
  );
} catch (error) {
  if (!(error instanceof EnvironmentError || error instanceof Interrupted)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = error instanceof Interrupted ? 130 : 5;
}
