// What the service `placement` of docker-compose.yml runs before all others: which cores each part gets on
// this machine, and the script that keeps it there.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPlacementService } from '../../configuration/placement-service';
import { usageError } from '../../errors';
import { allowedCpus, parseCpuList, readTopology } from '../native/topology';
import { coreFiles, coresForContainers, writeCores } from './cores';

function main(): void {
  const { folder, chosen, limits } = readPlacementService();
  const cores = coresForContainers(readTopology(), limits);
  for (const part of coreFiles) {
    if (chosen[part] === undefined) continue;
    cores[part] = parseCpuList(chosen[part]);
    const missing = cores[part].filter((cpu) => !allowedCpus().includes(cpu));
    if (missing.length > 0) {
      throw usageError(
        `HEADROOM_${part.toUpperCase()}_CPUSET is ${chosen[part]}, and this machine has ${allowedCpus().join(',')}: choose among these, or unset it.`,
      );
    }
  }
  writeCores(folder, cores);
  copyFileSync(join(__dirname, 'on-cores.sh'), join(folder, 'on-cores.sh'));
  console.log(coreFiles.map((part) => `${part} on CPU ${cores[part].join(',')}`).join(', '));
}

try {
  main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = (error as { exitCode?: number }).exitCode ?? 1;
}
