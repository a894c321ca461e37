// Set-up of one app at one revision, in the folder that lab/runtime/revisions wrote its tree to:
//   node lab/setup/revision.mjs '{"root": …, "app": {"name", "title", "folder", "native"}, "isOfTheLab": …}'

import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EnvironmentError, Interrupted, refusalOf, setUp, stampOf } from './run.mjs';
import { appsOf, describeSteps } from './steps.mjs';

const clone = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const { root, app, isOfTheLab } = JSON.parse(process.argv[2]);
const lab = join(root, '.lab');
/** Those of apps/, unless it is none of them: a tree of the lab's may hold an app elsewhere too. */
const isInApps = isOfTheLab && appsOf(root).some(({ folder }) => folder === app.folder);
const apps = isInApps ? appsOf(root) : [app];

/** What the clone has is taken from there where the revision locks the same; @returns whether it does. */
function sharesWithClone(step, path) {
  const inputsOf = (own) => ({ ...describeSteps(own)[step].inputs(), root: '' });
  const here = stampOf(inputsOf({ root, lab, apps }));
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
  const steps = describeSteps({ root, lab, apps });
  // `node` is the lab's own.
  const PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
  await setUp(
    stepsNeeded().map((id) => steps[id]),
    { root, lab, env: { ...process.env, PATH } },
  );
} catch (error) {
  const isTold = error instanceof EnvironmentError || error instanceof Interrupted;
  const told = isTold ? error : refusalOf(error, lab);
  if (!told) throw error;
  console.error(`\n${told.message}`);
  process.exitCode = error instanceof Interrupted ? 130 : 5;
}
