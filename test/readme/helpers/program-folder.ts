import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Sandbox } from '../../../src/sandbox/index.js';
import { runNode, type Run } from '../../scripts/helpers/project-copy.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const TSX = import.meta.resolve('tsx');

/** A folder with programs that import the package by its name, as a user's do. */
export interface ProgramFolder extends AsyncDisposable {
  directory: string;
  /** Runs one of them there, with the credentials of a sandbox. */
  run: (name: string, sandbox: Sandbox, env?: Record<string, string>) => Promise<Run>;
}

/** Writes programs into a temporary folder. */
export async function createProgramFolder(programs: ReadonlyMap<string, string>): Promise<ProgramFolder> {
  const directory = await mkdtemp(join(tmpdir(), 'scenario-downloads-readme-'));
  await mkdir(join(directory, 'programs'));
  await writeFile(join(directory, 'package.json'), '{ "type": "module" }');
  // For what is not a module: its entries are taken from the source, see below.
  await mkdir(join(directory, 'node_modules'));
  await symlink(root, join(directory, 'node_modules/scenario-downloads'), 'junction');
  for (const [name, text] of programs) await writeFile(join(directory, 'programs', name), text);
  const source = (path: string) => [join(root, 'src', path)];
  const paths = {
    'scenario-downloads': source('index.ts'),
    'scenario-downloads/node': source('node/index.ts'),
    'scenario-downloads/sandbox': source('sandbox/index.ts'),
  };
  const config = join(directory, 'tsconfig.json');
  await writeFile(config, JSON.stringify({ compilerOptions: { target: 'ES2022', module: 'NodeNext', paths } }));
  return {
    directory,
    run: (name, { baseUrl, credentials }, env) =>
      runNode(directory, ['--import', TSX, join('programs', name)], {
        TSX_TSCONFIG_PATH: config,
        SCENARIO_BASE_URL: baseUrl,
        SCENARIO_SDK_API_KEY: credentials.apiKey,
        SCENARIO_SDK_API_SECRET: credentials.apiSecret,
        ...env,
      }),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
