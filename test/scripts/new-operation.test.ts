import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyProject, runNode, type ProjectCopy } from './helpers/project-copy.js';

// No answer 404: whoever adds an operation need not know which ones the sandbox gives.
const OPERATION = `
  /assets/{assetId}:
    post:
      operationId: assetRename
      tags: [Download]
      summary: Rename
      description: Rename an asset. *Not in the source document.*
      parameters:
        - $ref: '#/components/parameters/AssetId'
      requestBody:
        required: true
        content:
          application/json:
            schema:
              $ref: '#/components/schemas/DownloadRequestBody'
            examples:
              plain:
                value: {}
      responses:
        '200':
          description: The asset.
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/DownloadRequestResponse'
        '400':
          $ref: '#/components/responses/BadRequest'
`;
const PROGRAM = `
import { startSandbox } from 'scenario-downloads/sandbox';

const { baseUrl, credentials, requests, violations, close } = await startSandbox();
const authorization = \`Basic \${btoa(\`\${credentials.apiKey}:\${credentials.apiSecret}\`)}\`;
const headers = { authorization, 'content-type': 'application/json' };
const response = await fetch(\`\${baseUrl}/assets/a\`, { method: 'POST', headers, body: '{}' });
const { message } = await response.json();
await close();
console.log(JSON.stringify({ status: response.status, message, operationId: requests[0].operationId, violations }));
`;

let copy: ProjectCopy;
beforeAll(async () => {
  copy = await copyProject(['openapi', 'generated', 'scripts', 'src', 'package.json', 'tsconfig.json']);
  await copy.edit('openapi/openapi.yaml', '\npaths:\n', `\npaths:${OPERATION}`);
  await writeFile(join(copy.directory, 'openapi/samples/assetRename.ts'), '');
  await writeFile(join(copy.directory, 'openapi/samples/assetRename.sh'), '');
  expect(await copy.run('scripts/generate.ts')).toMatchObject({ code: 0, stderr: '' });
});
afterAll(() => copy[Symbol.asyncDispose]());

test('an operation that only the spec has breaks no types', async () => {
  const run = await runNode(copy.directory, ['node_modules/typescript/bin/tsc', '-p', 'src', '--noEmit']);
  expect(run).toEqual({ code: 0, stdout: '', stderr: '' });
});

test('the sandbox answers 404 to it, and finds nothing wrong with that', async () => {
  await writeFile(join(copy.directory, 'ask.ts'), PROGRAM);
  const run = await copy.run('ask.ts');
  expect(run.stderr).toBe('');
  expect(JSON.parse(run.stdout)).toEqual({
    status: 404,
    message: 'The sandbox has not been taught assetRename',
    operationId: 'assetRename',
    violations: [],
  });
});
