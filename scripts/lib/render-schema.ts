import openapiTS, { astToString } from 'openapi-typescript';

/** A value in the spec that the client needs at run time. */
interface Constant {
  name: string;
  description: string;
  place: readonly string[];
}

const CONSTANTS: readonly Constant[] = [
  { name: 'serverUrl', description: 'The server of the document.', place: ['servers', '0', 'url'] },
  {
    name: 'maxAssetIds',
    description: 'How many asset ids `downloadRequestBatch` takes at most.',
    place: ['components', 'schemas', 'DownloadRequestBatchQuery', 'properties', 'assetIds', 'maxItems'],
  },
  {
    name: 'exampleFileNameTemplate',
    description: "The document's example of a `fileNameTemplate`, with every placeholder in it.",
    place: ['components', 'schemas', 'DownloadRequestBatchOptions', 'properties', 'fileNameTemplate', 'examples', '0'],
  },
];

const HEADER = `/**
 * Made from openapi/openapi.yaml by \`npm run generate\`. Do not edit: change the spec and run it again.
 */
`;

/**
 * Returns the text of generated/schema.ts: the types and arrays of enum values from openapi-typescript, and the few
 * values of the spec that the client needs at run time.
 *
 * @param json the bundled document
 * @throws {Error} that names the path of a value that is missing in the spec
 */
export async function renderSchema(json: string): Promise<string> {
  const spec: unknown = JSON.parse(json);
  const constants = CONSTANTS.map((constant) => renderConstant(spec, constant));
  const types = await openapiTS(json, { enumValues: true, defaultNonNullable: false, silent: true });
  return [HEADER, ...constants, '\n', astToString(types)].join('');
}

function renderConstant(spec: unknown, { name, description, place }: Constant): string {
  let value = spec;
  for (const key of place) value = (value as Record<string, unknown> | undefined)?.[key];
  if (typeof value !== 'string' && typeof value !== 'number') {
    throw new Error(
      `generated/schema.ts needs a value for ${name}, and openapi/openapi.yaml has none at ${place.join('.')}.`,
    );
  }
  return `/** ${description} */\nexport const ${name} = ${JSON.stringify(value)};\n`;
}
