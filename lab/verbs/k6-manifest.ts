// `lab k6 manifest SCENARIO`: a TestRun of the k6-operator, with the ConfigMap that has the scenario's scripts.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { appNames } from '../../contract/apps';
import { wholeNumber } from '../cli/options';
import { configuration } from '../configuration/configuration';
import { ownVariables, passedTo } from '../configuration/environment';
import { k6Variables } from '../configuration/variables';
import { environmentError, usageError } from '../errors';
import { knownScenario, scenarioNames } from '../experiments/run/measure';
import { outputVariables, scenarioFile } from '../runtime/generator';
import versions from '../setup/versions.json';

/** One k6 for each; more are a typing error. */
const mostRunners = 1000;

export function registerManifest(k6: Command): void {
  k6.command('manifest')
    .helpOption('-h, --help', 'display help for command')
    .description('print a TestRun of the k6-operator, and the ConfigMap with its scripts')
    .argument('<scenario>', scenarioNames.join(', '))
    .addOption(new Option('--app <app>', 'which app').choices(appNames).default(appNames[0]))
    .addOption(
      new Option('--runners <number>', 'how many k6 share the load')
        .default(1)
        .argParser((text) => wholeNumber(text, 1, mostRunners)),
    )
    .action(async (scenario: string, { app, runners }: { app: string; runners: number }) => {
      const name = `headroom-${knownScenario(scenario)}`;
      const scripts = await archiveOf(scenario, app);
      process.stdout.write(renderManifest({ name, app, runners, scripts }));
    });
}

/** Said at the top of what is printed. */
const heading = `# Made by \`lab k6 manifest\` for the k6-operator (k6.io/v1alpha1, as of v1.5.0), which the lab's own tests do not run.
# The lab judges none of it: k6's summary and the dashboards are what there is. Scripts are too large for
# \`kubectl apply\` to remember: kubectl apply --server-side -f FILE
`;

/** What a pod of the namespace may do at most (kubernetes/base/confined.yaml). */
const confined = {
  automountServiceAccountToken: 'false',
  securityContext: {
    ...{ runAsNonRoot: true, runAsUser: 12345, runAsGroup: 12345 },
    seccompProfile: { type: 'RuntimeDefault' },
  },
  containerSecurityContext: {
    ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
    capabilities: { drop: ['ALL'] },
  },
  // What the NetworkPolicies let reach the apps and Prometheus.
  metadata: {
    labels: { 'app.kubernetes.io/part-of': 'headroom', 'headroom/part': 'generator' },
  },
};

const image = `grafana/k6:${versions.k6}.0`;

function renderManifest({
  name,
  app,
  runners,
  scripts,
}: {
  name: string;
  app: string;
  runners: number;
  /** What `k6 archive` made. */
  scripts: Buffer;
}): string {
  const metadata = { name, namespace: configuration.namespace };
  const file = 'archive.tar';
  // The operator's own tags replace the script's: the dashboards know a run by these.
  const tags = Object.entries({ run: name, trial: '1', app }).map(
    ([tag, value]) => `--tag ${tag}=${value}`,
  );
  const output = Object.entries(outputVariables('http://prometheus:9090'));
  return [
    heading,
    stringify({
      ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata },
      binaryData: { [file]: scripts.toString('base64') },
    }),
    '---\n',
    stringify({
      ...{ apiVersion: 'k6.io/v1alpha1', kind: 'TestRun', metadata },
      spec: {
        parallelism: runners,
        script: { configMap: { name, file } },
        arguments: ['--out experimental-prometheus-rw', ...tags].join(' '),
        initializer: { image, ...confined },
        starter: confined,
        runner: {
          ...{ image, ...confined },
          env: output.map(([variable, value]) => ({ name: variable, value })),
          resources: {
            requests: { cpu: '1', memory: '512Mi' },
            limits: { cpu: '1', memory: '512Mi' },
          },
        },
      },
    }),
  ].join('');
}

/** The scenario with all that it imports, and the load that the shell's HEADROOM_ variables ask for. */
async function archiveOf(scenario: string, app: string): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-archive-'));
  try {
    const file = join(folder, 'archive.tar');
    const known = k6Variables.map((variable) => variable.name);
    const variables = {
      ...Object.fromEntries(Object.entries(ownVariables()).filter(([key]) => known.includes(key))),
      ...{ HEADROOM_APP: app, HEADROOM_BASE_URL: `http://${app}:8080` },
      ...{ HEADROOM_IN_NETWORK: '1', HEADROOM_TESTRUN: '1' },
    };
    const named = Object.entries(variables).flatMap(([key, value]) => ['-e', `${key}=${value}`]);
    const { failed, stderr, code } = await execa(
      'k6',
      ['archive', '--archive-out', file, ...named, scenarioFile(scenario)],
      { env: passedTo('k6'), extendEnv: false, reject: false, stdin: 'ignore' },
    );
    if (code === 'ENOENT') throw environmentError('k6 is not installed: npm run lab -- doctor');
    if (failed) throw usageError(stderr.trim());
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
