// Containers run as users of their own. What they read of the clone, by mounts or copied into images,
// must be open to them: under umask 077 it is not.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const readByContainers = [
  ...['apps', 'contract', 'db', 'grafana', 'k6', 'lab', 'prometheus', 'tools'],
  ...['.npmrc', '.env.example', 'package.json', 'package-lock.json', 'tsconfig.json'],
];
/** Made on this machine: no image has them. */
const madeHere = ['node_modules', 'dist', '__pycache__'];

/** The first file or folder that others than its owner may not read; undefined where there is none. */
export function hiddenFromContainers(root: string): string | undefined {
  const hidden = (path: string): string | undefined => {
    const stat = statSync(path);
    const needed = stat.isDirectory() ? 0o005 : 0o004;
    if ((stat.mode & needed) !== needed) return path;
    if (!stat.isDirectory()) return undefined;
    const names = readdirSync(path).filter((name) => !madeHere.includes(name));
    return firstOf(names.map((name) => join(path, name)));
  };
  const firstOf = (paths: readonly string[]): string | undefined => {
    for (const path of paths) {
      const found = hidden(path);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return firstOf(readByContainers.map((name) => join(root, name)));
}

/** For a shell in the clone. */
export const openToContainers = `chmod -R go+rX ${readByContainers.join(' ')}`;
