import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { operationsOf, type OpenApiDocument } from './openapi-document.js';

/** What a portal shows beside an operation: https://redocly.com/docs-legacy/api-reference-docs/specification-extensions/x-code-samples */
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
 * Puts the files `<operationId>.ts` and `<operationId>.sh` into the document, as `x-codeSamples` of that operation. They
 * are files so that they can be type-checked and run; openapi.yaml itself stays free of references that other tools
 * could not follow.
 *
 * @param json the bundled document
 * @param folder where the samples are
 * @throws {Error} that names every file that an operation has no sample in
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
