import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { OpenApiDocument } from '../../scripts/lib/openapi-document.js';
import { compareDocuments } from '../../scripts/spec-diff/compare-documents.js';
import { isAtLeast, nextVersion } from '../../scripts/spec-diff/next-version.js';

const json = readFileSync(new URL('../../generated/openapi.json', import.meta.url), 'utf8');
const parse = () => JSON.parse(json) as OpenApiDocument;
/** What changed after the edit, as lines. */
function after(edit: (document: OpenApiDocument) => void): string[] {
  const document = parse();
  edit(document);
  return compareDocuments(parse(), document).map(({ level, place, what }) => `${level} ${place}: ${what}`);
}
const batch = (document: OpenApiDocument) => document.paths['/assets/download']!.post!;
const schema = (document: OpenApiDocument, name: string) => document.components.schemas[name]!;
const property = (document: OpenApiDocument, name: string, field: string) => schema(document, name).properties![field]!;

test('the same document has no changes', () => {
  expect(after(() => undefined)).toEqual([]);
});

const BREAKING: [string, (document: OpenApiDocument) => void, string][] = [
  ['an operation that is gone', (d) => delete d.paths['/assets/download'], 'POST /assets/download is gone'],
  ['another operationId', (d) => (batch(d).operationId = 'x'), 'the operationId is now x'],
  ['another server', (d) => (d.servers[0]!.url = 'https://x.example'), 'the first one is https://x.example'],
  ['other credentials', (d) => (batch(d).security = [{ basicAuth: [], other: [] }]), 'asks for other credentials'],
  ['another scheme', (d) => (d.components.securitySchemes!['basicAuth']!['scheme'] = 'bearer'), 'schemes changed'],
  ['a required parameter', (d) => (batch(d).parameters = [{ name: 'x', in: 'query', required: true }]), 'and required'],
  [
    'a required parameter of a path',
    (d) => (d.paths['/assets/download']!.parameters = [{ name: 'x', in: 'header', required: true }]),
    'the header parameter x is new and required',
  ],
  ['a lost parameter', (d) => delete d.paths['/assets/download/{jobId}']!.get!.parameters, 'parameter jobId is gone'],
  ['no body any more', (d) => delete batch(d).requestBody, 'takes no body any more'],
  ['a lost success', (d) => delete batch(d).responses['200'], '200: the answer is gone'],
  ['a value that cannot be sent any more', (d) => schema(d, 'TargetFormat').enum!.pop(), 'the value obj is gone'],
  ['a new required field', (d) => schema(d, 'DownloadRequestBatchOptions').required!.push('flat'), 'required now'],
  [
    'a new field that is required',
    (d) => {
      schema(d, 'DownloadRequestBody').properties!['size'] = { type: 'number' };
      schema(d, 'DownloadRequestBody').required = ['size'];
    },
    'body.size: is new and required',
  ],
  ['a lost field', (d) => delete schema(d, 'DownloadRequestBatchOptions').properties!['flat'], 'flat: is gone'],
  ['a field that may be missing', (d) => schema(d, 'DownloadGetStatusResponse').required!.pop(), 'is optional now'],
  ['another type', (d) => (property(d, 'DownloadRequestBatchOptions', 'flat').type = 'string'), 'type boolean is gone'],
  [
    'null in an answer',
    (d) => (property(d, 'DownloadRequestResponse', 'url').type = ['string', 'null']),
    'null is new',
  ],
  ['a lower limit', (d) => (property(d, 'DownloadRequestBatchQuery', 'assetIds')['maxItems'] = 9), 'from 1000 to 9'],
  ['a pattern', (d) => (property(d, 'DownloadRequestBatchOptions', 'fileNameTemplate')['pattern'] = 'x'), 'pattern'],
  ['an unknown keyword', (d) => (schema(d, 'DownloadRequestBody')['not'] = {}), 'not is now {}'],
  ['a lost header', (d) => delete d.components.responses!['TooManyRequests']!.headers, 'header Retry-After is gone'],
];
test.each(BREAKING)('breaking: %s', (_, edit, what) => {
  const lines = after(edit);
  expect(lines.join('\n')).toContain(what);
  expect(lines.find((line) => line.includes(what))).toMatch(/^breaking /);
});

const COMPATIBLE: [string, (document: OpenApiDocument) => void, string][] = [
  ['a new operation', (d) => (d.paths['/x'] = { get: { operationId: 'x', responses: {} } }), 'x: GET /x is new'],
  ['a new value to send', (d) => schema(d, 'TargetFormat').enum!.push('bmp'), 'targetFormat: the value bmp is new'],
  [
    'a new optional field',
    (d) => (schema(d, 'DownloadRequestBody').properties!['size'] = { type: 'number' }),
    'body.size: is new',
  ],
  [
    'a new field in an answer, also a required one',
    (d) => {
      schema(d, 'DownloadRequestResponse').properties!['bytes'] = { type: 'number' };
      schema(d, 'DownloadRequestResponse').required!.push('bytes');
    },
    '200.bytes: is new',
  ],
  ['a higher limit', (d) => (property(d, 'DownloadRequestBatchQuery', 'assetIds')['maxItems'] = 2000), 'to 2000'],
  ['a limit that is gone', (d) => delete property(d, 'DownloadRequestBatchQuery', 'assetIds')['maxItems'], 'is gone'],
  ['a new error answer', (d) => (batch(d).responses['409'] = { description: 'x' }), '409: the answer is new'],
  ['an error answer that is gone', (d) => delete batch(d).responses['404'], '404: the answer is gone'],
  ['a field that need not be sent', (d) => schema(d, 'DownloadRequestBatchOptions').required!.pop(), 'is optional now'],
  [
    'a limited set of states',
    (d) => (property(d, 'DownloadGetStatusResponse', 'jobStatus').enum = ['a']),
    'takes only',
  ],
  ['a deprecation', (d) => (batch(d).deprecated = true), 'is deprecated now'],
  ['one more server', (d) => d.servers.push({ url: 'https://eu.example' }), 'https://eu.example is new'],
];
test.each(COMPATIBLE)('compatible: %s', (_, edit, what) => {
  const lines = after(edit);
  expect(lines.join('\n')).toContain(what);
  expect(lines.filter((line) => !line.startsWith('compatible '))).toEqual([]);
});

test('words, examples and samples are text', () => {
  const text = ['text document: only descriptions, examples and samples changed'];
  expect(after((d) => (batch(d).description = 'x'))).toEqual(text);
  expect(after((d) => (batch(d)['x-codeSamples'] = []))).toEqual(text);
  expect(after((d) => (schema(d, 'ErrorBody').description = 'x'))).toEqual(text);
  expect(after((d) => (d.info.version = '7.0.0'))).toEqual([]);
});

test('a schema that is gone by its name is breaking, because the generated types have it', () => {
  const lines = after((d) => {
    const { TargetFormat, ...others } = d.components.schemas;
    schema(d, 'DownloadRequestBody').properties!['targetFormat'] = TargetFormat!;
    d.components.schemas = others;
  });
  expect(lines).toEqual(['breaking TargetFormat: the schema of this name is gone']);
});

test('what this comparison does not know is breaking', () => {
  const lines = after((d) => Object.assign(d, { webhooks: {} }));
  expect(lines).toEqual(['breaking document: something changed that this comparison does not know']);
});

test('the version that changes ask for', () => {
  const of = (...levels: ('breaking' | 'compatible' | 'text')[]) =>
    nextVersion(
      '1.4.2',
      levels.map((level) => ({ level, place: '', what: '' })),
    );
  expect([of('text', 'breaking', 'compatible'), of('compatible', 'text'), of('text'), of()]).toEqual([
    '2.0.0',
    '1.5.0',
    '1.4.3',
    '1.4.2',
  ]);
  expect(() => nextVersion('1.0', [])).toThrow('info.version is 1.0');
  expect([isAtLeast('1.10.0', '1.9.0'), isAtLeast('2.0.0', '2.0.0'), isAtLeast('1.9.9', '2.0.0')]).toEqual([
    true,
    true,
    false,
  ]);
});
