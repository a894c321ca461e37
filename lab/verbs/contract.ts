// `lab contract`: writes contract/generated/ anew from contract/openapi.yaml.
import { mkdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import { rootDir } from '../paths';
import { writeFileAtomic } from '../results/atomic';

const openapiFile = join(rootDir, 'contract/openapi.yaml');
export const httpTypesFile = join(rootDir, 'contract/generated/http.ts');

const header =
  '// TypeScript types of the HTTP interface, made from contract/openapi.yaml by `npm run lab -- contract`.\n' +
  '// Not for editing: change the contract and write it anew.\n';

/** The text of contract/generated/http.ts as contract/openapi.yaml asks for it now. */
export async function renderHttpTypes(): Promise<string> {
  // A generator of types brings a compiler with it: loaded when it is needed, not before.
  const { astToString, default: openapiTS } = await import('openapi-typescript');
  return header + astToString(await openapiTS(pathToFileURL(openapiFile)));
}

export function register(program: Command): void {
  program
    .command('contract')
    .description('write contract/generated/ anew from contract/openapi.yaml')
    .action(async () => {
      const types = await renderHttpTypes();
      mkdirSync(dirname(httpTypesFile), { recursive: true });
      writeFileAtomic(httpTypesFile, types);
      console.error(`wrote ${relative(rootDir, httpTypesFile)}`);
    });
}
