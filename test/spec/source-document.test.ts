import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { OpenApiDocument } from '../../scripts/lib/openapi-document.js';
import { findMissing } from './helpers/find-missing.js';
import { findUnmarked } from './helpers/find-unmarked.js';
import { sourceDocument } from './helpers/source-document.js';

const json = readFileSync(new URL('../../generated/openapi.json', import.meta.url), 'utf8');
/** The bundled document after a change of its text, which must be there. */
function changed(from: string, to: string): OpenApiDocument {
  expect(json).toContain(from);
  return JSON.parse(json.replace(from, to)) as OpenApiDocument;
}
const spec = JSON.parse(json) as OpenApiDocument;

test('nothing of the source document is missing in the spec', () => {
  expect(findMissing(spec, sourceDocument)).toEqual([]);
});

test('whatever the spec adds to the source document is marked', () => {
  expect(findUnmarked(spec, sourceDocument)).toEqual([]);
});

test.each([
  ['a lost value', '"tif",', '', /targetFormat takes/],
  ['a renamed operation', '"downloadGetStatus"', '"getDownload"', /no operation downloadGetStatus/],
  ['another path', '"/assets/{assetId}/download"', '"/assets/{assetId}/downloads"', /downloadRequest is post/],
  ['a lost field', '"flat": {', '"flattened": {', /no options.flat/],
  ['another type', '"type": "boolean"', '"type": "string"', /options.flat is string/],
  [
    'an optional field that became required',
    '"jobStatus"\n',
    '"jobStatus", "downloadUrl"\n',
    /downloadUrl is required/,
  ],
  ['a lost limit', 'A batch is limited to 1000 assets.', '', /does not mention "1000 assets"/],
  ['a lost placeholder', 'the prompt of the inference', 'the prompt', /does not mention "prompt of the inference"/],
  ['another server', 'https://api.cloud.scenario.com/v1', 'https://api.example.com/v1', /first server/],
  ['another scheme', '"scheme": "basic"', '"scheme": "bearer"', /no HTTP Basic/],
])('the table notices %s', (_, from, to, sentence) => {
  expect(findMissing(changed(from, to), sourceDocument).join('\n')).toMatch(sentence);
});

test.each([
  ['a value', '"tif",', '"tif", "bmp",', 'downloadRequest body.targetFormat: the value bmp'],
  [
    'a field',
    '"flat": {',
    '"zip64": { "type": "boolean", "description": "x" }, "flat": {',
    'downloadRequestBatch body.options.zip64',
  ],
  ['a field without a description', '"flat": {', '"zip64": {}, "flat": {', 'downloadRequestBatch body.options.zip64'],
  ['a limit', '"format": "uri"', '"format": "uri", "maxLength": 9', 'maxLength 9 is not in the description'],
  ['a format', '"The id of the job that prepares the download."', '"x", "format": "uuid"', '200.jobId: format'],
  ['a header', 'as an HTTP date. *Not in the source document.*', 'as an HTTP date.', '429: header Retry-After'],
  ['an answer', 'job or asset. *Not in the source document.*', 'job or asset.', 'downloadRequest 404'],
  ['a list of states', '*Not in the source document*, which names', 'It names', '200.jobStatus: examples'],
  [
    'an operation',
    '"/assets/download/{jobId}": {',
    '"/assets": { "get": { "operationId": "list", "responses": {} } }, "/assets/download/{jobId}": {',
    'operation list',
  ],
])('an addition has to be marked: %s', (_, from, to, sentence) => {
  expect(findUnmarked(changed(from, to), sourceDocument).join('\n')).toContain(sentence);
});

test('a mark is enough', () => {
  const marked = changed('"flat": {', '"zip64": { "description": "*Not in the source document.*" }, "flat": {');
  expect(findUnmarked(marked, sourceDocument)).toEqual([]);
});
