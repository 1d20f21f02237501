import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { operationsOf, type OpenApiDocument } from './openapi-document.js';

/**
 * A code sample that documentation tools show beside an operation:
 * https://redocly.com/docs-legacy/api-reference-docs/specification-extensions/x-code-samples
 */
interface CodeSample {
  lang: string;
  label: string;
  source: string;
}

const LANGUAGES = [
  { extension: 'ts', lang: 'TypeScript', label: 'TypeScript' },
  { extension: 'sh', lang: 'Shell', label: 'curl' },
];

/**
 * Adds the files `<operationId>.ts` and `<operationId>.sh` to the document as `x-codeSamples` of that operation. The
 * samples are files so that they can be type-checked and run. They are not referenced in openapi.yaml, because other
 * tools could not follow such references.
 *
 * @param json the bundled document
 * @param folder the folder of the samples
 * @throws {AggregateError} that names every missing sample file
 */
export async function addCodeSamples(json: string, folder: string): Promise<string> {
  const document = JSON.parse(json) as OpenApiDocument;
  const missing: Error[] = [];
  for (const { operation } of operationsOf(document)) {
    const samples: CodeSample[] = [];
    for (const { extension, lang, label } of LANGUAGES) {
      const path = join(folder, `${operation.operationId}.${extension}`);
      try {
        samples.push({ lang, label, source: (await readFile(path, 'utf8')).trimEnd() });
      } catch (cause) {
        const message = `The operation ${operation.operationId} has no code sample: ${path} cannot be read.`;
        missing.push(new Error(message, { cause }));
      }
    }
    operation['x-codeSamples'] = samples;
  }
  if (missing.length > 0) throw new AggregateError(missing, missing.map(({ message }) => message).join('\n'));
  return `${JSON.stringify(document, null, 2)}\n`;
}
