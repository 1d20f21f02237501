import openapiTS, { astToString } from 'openapi-typescript';

interface SpecValues {
  servers: { url: string }[];
  components: {
    schemas: {
      DownloadRequestBatchOptions: { properties: { fileNameTemplate: { examples: string[] } } };
      DownloadRequestBatchQuery: { properties: { assetIds: { maxItems: number } } };
    };
  };
}

const HEADER = `/**
 * Made from openapi/openapi.yaml by \`npm run generate\`. Do not edit: change the spec and run it again.
 */
`;

/**
 * The text of generated/schema.ts: the types of openapi-typescript with its arrays of enum values, and the few values
 * of the spec that the client needs at run time.
 *
 * @param json the bundled document
 */
export async function renderSchema(json: string): Promise<string> {
  const spec = JSON.parse(json) as SpecValues;
  const types = await openapiTS(json, { enumValues: true, defaultNonNullable: false, silent: true });
  const { DownloadRequestBatchOptions, DownloadRequestBatchQuery } = spec.components.schemas;
  return [
    HEADER,
    constant('serverUrl', 'The server of the document.', spec.servers[0]?.url),
    constant(
      'maxAssetIds',
      'How many asset ids `downloadRequestBatch` takes at most.',
      DownloadRequestBatchQuery.properties.assetIds.maxItems,
    ),
    constant(
      'exampleFileNameTemplate',
      "The document's example of a `fileNameTemplate`, with every placeholder in it.",
      DownloadRequestBatchOptions.properties.fileNameTemplate.examples[0],
    ),
    '\n',
    astToString(types),
  ].join('');
}

function constant(name: string, description: string, value: string | number | undefined): string {
  if (value === undefined) throw new Error(`The spec has no value for ${name}`);
  return `/** ${description} */\nexport const ${name} = ${JSON.stringify(value)};\n`;
}
