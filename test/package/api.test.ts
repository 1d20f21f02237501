import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { publicSurface } from '../../scripts/api-report/public-surface.js';
import { readEntries } from '../../scripts/docs/api-pages.js';
import { readDeclarations } from '../../scripts/docs/api/declarations.js';
import { describeExports } from '../../scripts/docs/api/read-exports.js';
import { readExamples } from '../../scripts/docs/read-examples.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const entries = readEntries(
  JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { name: string; exports: Record<string, unknown> },
);
const { checker, entries: declarations } = readDeclarations(
  root.replace(/\/$/, ''),
  entries.map(({ source }) => source),
);
const modules = declarations.map((entry) => describeExports(entry, checker));

// Made from the spec, which describes what is in them.
const GENERATED = ['components', 'operations', 'paths'];

test('every public name has a docstring', () => {
  const silent = modules.flatMap(({ exports }) => exports.filter(({ documentation }) => documentation === ''));
  expect(silent.map(({ name }) => name).sort()).toEqual(GENERATED);
});

test('every function says what it throws', () => {
  const functions = modules.flatMap(({ exports }) => exports.filter(({ kind }) => kind === 'function'));
  expect(functions.length).toBeGreaterThan(9);
  // It only reckons.
  const silent = functions.filter(({ throws }) => throws.length === 0).map(({ name }) => name);
  expect(silent).toEqual(['createPollingSchedule']);
});

test('every public name is in an example', async () => {
  const used = new Set((await readExamples()).flatMap(({ names }) => [...names]));
  const names = modules.flatMap(({ exports }) => exports.map(({ name }) => name));
  expect(names.length).toBeGreaterThan(100);
  expect(names.filter((name) => !used.has(name))).toEqual([]);
});

test('the report has every name, and what these are made of', () => {
  const report = readFileSync(`${root}/test/package/api.md`, 'utf8');
  const surfaces = publicSurface(declarations, checker);
  expect(surfaces.map(({ exports }) => exports.length)).toEqual(modules.map(({ exports }) => exports.length));
  const names = surfaces.flatMap(({ exports, reached }) => [...exports, ...reached].map(({ name }) => name));
  expect(names).toContain('OutcomeOfBatch');
  const declared = new Set(
    report.match(/^(export )?(declare )?(abstract )?(\w+) (\w+)/gm)?.map((line) => line.split(' ').at(-1)),
  );
  expect(names.filter((name) => !declared.has(name))).toEqual([]);
});
