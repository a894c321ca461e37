// Docker's engine, asked over its socket: for what must be quick, exact or a stream. What brings
// containers up is left to `docker compose` (compose-cli.ts).
import { Agent, type IncomingMessage, request } from 'node:http';
import { hostname, release } from 'node:os';
import { execa } from 'execa';
import { environmentError } from '../../errors';

/** Spoken by engine 25 and later; docker-compose.yml needs that one for its host names in DNS. */
const apiVersion = 'v1.44';

const install = 'Install Docker Engine 25 or newer with its compose plugin:';
const remedy = `${install} https://docs.docker.com/engine/install. Without Docker, use --runtime native.`;

export type Image = {
  id: string;
  labels: Record<string, string>;
  /** All layers, unpacked. */
  bytes: number;
};

/** What of GET /info is of interest here. */
type Info = {
  ServerVersion: string;
  Name: string;
  KernelVersion: string;
  NCPU: number;
  SecurityOptions: string[];
};

export type ListedContainer = {
  Id: string;
  Labels: Record<string, string>;
  State: string;
  ImageID: string;
  NetworkSettings: { Networks: Record<string, { IPAddress: string }> };
};

export class Engine {
  private readonly agent = new Agent({ keepAlive: true });

  private constructor(
    private readonly socketPath: string,
    private readonly info: Info,
  ) {}

  /** Finds the engine that `docker` would talk to; it must be one that sees this machine's files. */
  static async open(): Promise<Engine> {
    const host = await tell(
      'docker',
      'context',
      'inspect',
      '--format',
      '{{.Endpoints.docker.Host}}',
    );
    if (host === undefined)
      throw environmentError(`The docker command is missing, or knows no context. ${remedy}`);
    if ((await tell('docker', 'compose', 'version')) === undefined) {
      throw environmentError(`docker has no compose plugin. ${remedy}`);
    }
    const socketPath = /^unix:\/\/(\/.+)$/.exec(host)?.[1];
    if (socketPath === undefined) {
      throw environmentError(
        `Docker's engine is at ${host}: containers there see no file of this machine, so that --runtime compose needs an engine on this one. Choose it with \`docker context use\` or DOCKER_HOST.`,
      );
    }
    const asked = new Engine(socketPath, {} as Info);
    const info = await asked.get<Info>('/info').catch((error: Error) => {
      throw environmentError(
        `No Docker engine of version 25 or newer answers at ${socketPath} (${error.message}). Start it (\`sudo systemctl start docker\`), or see that you may use it (group docker).`,
        error,
      );
    });
    return new Engine(socketPath, info);
  }

  /** Whether the engine runs under this kernel: in a virtual machine nothing of it can be seen. */
  get isOnThisMachine(): boolean {
    return this.info.KernelVersion === release() && this.info.Name === hostname();
  }

  get cores(): number {
    return this.info.NCPU;
  }

  /** Whose files a container's root writes: under a rootless engine they are the user's own. */
  get fileOwner(): string {
    const rootless = this.info.SecurityOptions.some((option) => option.startsWith('name=rootless'));
    return rootless ? '0:0' : `${process.getuid?.()}:${process.getgid?.()}`;
  }

  async get<T>(path: string): Promise<T> {
    return (await jsonOf(await this.send('GET', path))) as T;
  }

  /** The answer's body as it comes; ends when the signal is aborted. */
  stream(path: string, signal?: AbortSignal): Promise<IncomingMessage> {
    return this.send('GET', path, signal);
  }

  /** Containers with all these labels, running or not. */
  containers(...labels: string[]): Promise<ListedContainer[]> {
    const filters = encodeURIComponent(JSON.stringify({ label: labels }));
    return this.get(`/containers/json?all=1&filters=${filters}`);
  }

  /** Undefined when there is none of that name. */
  async image(name: string): Promise<Image | undefined> {
    try {
      const path = `/images/${encodeURIComponent(name)}/json`;
      const { Id, Size, Config } = await this.get<{
        Id: string;
        Size: number;
        Config: { Labels: Record<string, string> | null };
      }>(path);
      return { id: Id, labels: Config.Labels ?? {}, bytes: Size };
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Until the container ends; gives its exit code. */
  async exitCode(id: string): Promise<number> {
    const answer = await jsonOf(await this.send('POST', `/containers/${id}/wait`));
    return (answer as { StatusCode: number }).StatusCode;
  }

  /** One that has ended already needs no signal. */
  async kill(id: string, signal: NodeJS.Signals): Promise<void> {
    await this.unlessGone('POST', `/containers/${id}/kill?signal=${signal}`);
  }

  async remove(id: string): Promise<void> {
    await this.unlessGone('DELETE', `/containers/${id}?force=1`);
  }

  close(): void {
    this.agent.destroy();
  }

  private async unlessGone(method: string, path: string): Promise<void> {
    try {
      (await this.send(method, path)).resume();
    } catch (error) {
      // 404: it is gone; 409: it has ended, or is being removed.
      if (!(error instanceof Refusal && [404, 409].includes(error.status))) throw error;
    }
  }

  private send(method: string, path: string, signal?: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const options = { socketPath: this.socketPath, agent: this.agent, method };
      request({ ...options, path: `/${apiVersion}${path}`, ...(signal && { signal }) })
        .once('error', reject)
        .once('response', async (response) => {
          const status = response.statusCode ?? 0;
          if (status < 400) return resolve(response);
          const body = await jsonOf(response).catch(() => undefined);
          const { message = 'no reason given' } = (body ?? {}) as { message?: string };
          reject(new Refusal(status, `Docker refused ${method} ${path}: ${message}`));
        })
        .end();
    });
  }
}

/** The engine's own no. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

async function jsonOf(response: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

async function tell(command: string, ...args: string[]): Promise<string | undefined> {
  const { failed, stdout } = await execa(command, args, { reject: false, stdin: 'ignore' });
  return failed ? undefined : stdout.trim();
}

/**
 * What a container printed, a line each. Docker frames it: number of the stream, three zeros,
 * length (big endian), text.
 */
export async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const headerBytes = 8;
  let waiting: Buffer = Buffer.alloc(0);
  let text: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    waiting = Buffer.concat([waiting, chunk]);
    while (waiting.length >= headerBytes) {
      const end = headerBytes + waiting.readUInt32BE(4);
      if (waiting.length < end) break;
      text = Buffer.concat([text, waiting.subarray(headerBytes, end)]);
      waiting = waiting.subarray(end);
    }
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      yield text.subarray(0, end).toString();
      text = text.subarray(end + 1);
    }
  }
  if (text.length > 0) yield text.toString();
}
