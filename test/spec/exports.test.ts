import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';

const require = createRequire(import.meta.url);

test('the package exports the document, bundled with its samples and as it is edited', () => {
  const { openapi, paths } = require('scenario-downloads/openapi.json') as {
    openapi: string;
    paths: Record<string, { post?: { 'x-codeSamples': { lang: string }[] } }>;
  };
  expect(openapi).toBe('3.1.0');
  expect(paths['/assets/download']?.post?.['x-codeSamples'].map(({ lang }) => lang)).toEqual(['TypeScript', 'Shell']);
  const yaml = readFileSync(require.resolve('scenario-downloads/openapi.yaml'), 'utf8');
  expect(yaml).toMatch(/^openapi: 3\.1\.0\n/);
  // Whoever takes it takes one file.
  expect(yaml).not.toMatch(/\$ref: '?[^'#]/);
});
