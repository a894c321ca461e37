// `kubectl` as the lab calls it on the host, in the namespace of the manifests: a failure is told in words, with
// its remedy.
import { execa } from 'execa';
import { configuration } from '../../configuration/configuration';
import { passedTo } from '../../configuration/environment';
import { labVariables } from '../../configuration/variables';
import { environmentError, type LabError } from '../../errors';
import { untilUp, type Workload } from './workload';

const { namespace } = configuration;

export const kubectlOptions = () =>
  ({ env: passedTo('kubectl'), extendEnv: false, reject: false }) as const;

export const inNamespace = (...args: string[]): string[] => ['--namespace', namespace, ...args];

/** What it prints; throws in words when it fails. */
export async function kubectl(...args: string[]): Promise<string> {
  const result = await execa('kubectl', inNamespace('--request-timeout', '20s', ...args), {
    ...kubectlOptions(),
    stdin: 'ignore',
  });
  if (result.failed) throw failureOf(result);
  return result.stdout;
}

/** The lab's own pod, once it is up. */
export async function labPod(signal: AbortSignal): Promise<string> {
  const look = async (): Promise<Workload> => {
    const selector = 'app.kubernetes.io/name=lab';
    const [deployment, pods] = await Promise.all([
      kubectl('get', 'deployment', 'lab', '--output', 'json'),
      kubectl('get', 'pods', '--selector', selector, '--output', 'json'),
    ]);
    return { deployment: JSON.parse(deployment), pods: JSON.parse(pods).items };
  };
  const [pod] = await untilUp(look, signal);
  if (pod === undefined) {
    throw environmentError(
      `The Deployment lab has no replicas: kubectl --namespace ${namespace} scale deployment lab --replicas 1`,
    );
  }
  return pod.metadata.name;
}

/** What kubectl says, and what a person can do about it. */
const meanings: readonly (readonly [RegExp, string])[] = [
  [
    /\(NotFound\)/,
    `The lab is not in the namespace ${namespace}. \`kubectl apply -k kubernetes/overlays/local\` puts it there; ${labVariables.namespace.name} names another namespace`,
  ],
  [
    /\(Forbidden\)|Unauthorized|must be logged in|provide credentials/,
    `Your account has too few rights in the namespace ${namespace}: reading Deployments and pods, and \`kubectl exec\`, are needed. Ask whoever runs the cluster`,
  ],
  [
    /was refused|Unable to connect|no configuration|no such host|timeout|timed out|does not exist|EOF|error loading config/i,
    'No cluster answers kubectl. Start one, or choose another: `kubectl config get-contexts`, KUBECONFIG',
  ],
];

export function failureOf({
  stderr,
  code,
}: {
  stderr?: string;
  code?: string | undefined;
}): LabError {
  if (code === 'ENOENT') {
    return environmentError(
      'kubectl is not installed, and --runtime kubernetes needs it: https://kubernetes.io/docs/tasks/tools',
    );
  }
  const said = stderr?.trim().split('\n').at(-1) ?? '';
  const known = meanings.find(([words]) => words.test(said));
  return environmentError(`${known ? known[1] : '`kubectl` failed'} (${said}).`);
}
