// `lab init` on a terminal, which it asks: Python's pty is one, and types what a person would.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { rootDir } from '../lab/paths';
import { freePorts, Lab } from './lab-process';

let lab: Lab;
let nobodys: number | undefined;
beforeAll(async () => {
  lab = await Lab.create();
  [nobodys] = await freePorts(1);
});
afterAll(() => lab.remove());

/** Types each answer when its question is there; prints what was seen, and the exit code. */
const typist = `
import json, os, pty, select, sys, time
turns, command = json.loads(sys.argv[1]), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execv(command[0], command)
seen, at, deadline = '', 0, time.time() + 60
def read():
    global seen
    if not select.select([terminal], [], [], max(0, deadline - time.time()))[0]:
        sys.exit(f'waited too long: {seen}')
    try:
        data = os.read(terminal, 4096)
    except OSError:
        data = b''
    seen += data.decode()
    return data
for question, answer in turns:
    while question not in seen[at:]:
        if not read():
            sys.exit(f'never asked {question}: {seen}')
    at = seen.index(question, at) + len(question)
    os.write(terminal, answer.encode())
while read():
    pass
print(json.dumps({'seen': seen, 'code': os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}))
`;

type Turn = [question: string, answer: string];

let folders = 0;
async function init(...turns: Turn[]) {
  folders += 1;
  return { folder: join(lab.folder, `app ${folders}`), ...(await initIn(`app ${folders}`, turns)) };
}

async function initIn(name: string, turns: readonly Turn[]) {
  const command = [process.execPath, '--require', 'ts-node/register', 'lab/main.ts', 'init'];
  const folder = join(lab.folder, name);
  const { stdout } = await execa(
    'python3',
    ['-c', typist, JSON.stringify(turns), ...command, folder],
    { cwd: rootDir, env: lab.env, extendEnv: false },
  );
  return JSON.parse(stdout) as { seen: string; code: number };
}

const right: Turn[] = [
  ['Its name [app', 'shop\r'],
  ['Its URL if you keep it up', '\r'],
  ['The command that starts it', 'PORT={port} node server.mjs\r'],
  ['The port [8000]', '8123\r'],
  ['A path to ask for [/]', '/hello\r'],
  ['The path of its metrics page', '/metrics\r'],
];

it('asks six things, and writes what was answered', async () => {
  const { folder, seen, code } = await init(...right);
  expect(code, seen).toBe(0);
  const file = join(folder, 'headroom.yaml');
  expect(parse(readFileSync(file, 'utf8'))).toEqual({
    apps: [
      {
        name: 'shop',
        native: { command: ['sh', '-c', 'PORT={port} node server.mjs'] },
        ports: { public: 8123 },
        ready: { path: '/hello' },
        metricsPath: '/metrics',
      },
    ],
    workloads: [{ name: 'hello', k6: 'hello.ts', slo: { share: 0.99, thresholdSeconds: 0.1 } }],
  });
  // The folder has a space in its name: what is to be typed next has quotes.
  expect(seen).toContain(`npm run lab -- run smoke --app '${file}'`);
});

it('tells what is wrong with an answer, and asks again', async () => {
  const at = `http://127.0.0.1:${nobodys}`;
  const { seen, code, folder } = await init(
    ['Its name', 'My Shop\r'],
    ['"My Shop": expected lowercase letters and digits, a letter first', ''],
    ['Its name', '\r'],
    ['Its URL', 'localhost:8000\r'],
    ['"localhost:8000": expected http:// or https://', ''],
    ['Its URL', 'http://192.0.2.1:8000\r'],
    ['192.0.2.1 may not be loaded', ''],
    ['Its URL', `${at}/\r`],
    ['A path', 'hello\r'],
    ['expected a path that begins with /', ''],
    ['A path', '/hello\r'],
    [`nothing listens on 127.0.0.1:${nobodys}. Start the app, or give another URL or path.`, ''],
    ['Its URL', '\r'],
    ['The command', '\r'],
    ['Give a command, such as node server.js {port}.', ''],
    ['The command', 'node server.mjs {port}\r'],
    ['The port', 'many\r'],
    ['Give a whole number from 1 to 65535.', ''],
    ['The port', '8123\r'],
    ['A path', '\r'],
    ['metrics page', '\r'],
  );
  expect(code, seen).toBe(0);
  expect(existsSync(join(folder, 'home.ts'))).toBe(true);
});

it.each(right.map(([question], index) => [question, index] as const))(
  'writes nothing when Ctrl-C is pressed at "%s"',
  async (question, index) => {
    const { folder, seen, code } = await init(...right.slice(0, index), [question, '\u0003']);
    expect(seen).toContain('Interrupted: nothing was written.');
    expect(code).toBe(130);
    expect(existsSync(folder)).toBe(false);
  },
);

it('writes nothing when the input ends', async () => {
  const { seen, code } = await init(['Its name', '\u0004']);
  expect(seen).toContain('Interrupted: nothing was written.');
  expect(code).toBe(130);
});

it('asks nothing where there is a headroom.yaml', async () => {
  mkdirSync(join(lab.folder, 'there'));
  writeFileSync(join(lab.folder, 'there/headroom.yaml'), 'apps: []\n');
  const { seen, code } = await initIn('there', []);
  expect(code).toBe(2);
  expect(seen).toContain('headroom.yaml already exists: edit it, or remove it first.');
  expect(seen).not.toContain('Its name');
});
