import {
  operationsOf,
  resolveReference,
  type OpenApiDocument,
  type Reference,
  type Schema,
} from '../../../scripts/lib/openapi-document.js';
import type { SourceDocument, SourceField } from './source-document.js';

/** From the source document to the spec: what the table says and the spec does not, one sentence each. */
export function findMissing(document: OpenApiDocument, source: SourceDocument): string[] {
  const missing: string[] = [];
  const expect = (holds: boolean, sentence: string) => {
    if (!holds) missing.push(sentence);
  };
  const expectMentions = (text: string | undefined, mentions: string[] | undefined, where: string) => {
    const words = text?.replaceAll(/\s+/g, ' ') ?? '';
    for (const mention of mentions ?? []) expect(words.includes(mention), `${where} does not mention "${mention}"`);
  };
  const expectFields = (schema: Schema | Reference | undefined, fields: SourceField[], where: string) => {
    for (const { field, type, required, values, mentions } of fields) {
      const found = schema && findField(document, schema, field);
      expect(found !== undefined, `${where} has no ${field}`);
      if (!found) continue;
      expect(typeOf(found.schema) === type, `${where} ${field} is ${typeOf(found.schema)}, not ${type}`);
      expect(found.required === required, `${where} ${field} is ${found.required ? '' : 'not '}required`);
      expect(
        JSON.stringify(found.schema.enum) === JSON.stringify(values),
        `${where} ${field} takes ${JSON.stringify(found.schema.enum)}, not ${JSON.stringify(values)}`,
      );
      expectMentions(found.schema.description, mentions, `${where} ${field}`);
    }
  };

  expect(document.servers[0]?.url === source.server, `the first server is not ${source.server}`);
  const scheme = Object.values(document.components.securitySchemes ?? {}).find(
    ({ type, scheme }) => type === source.security.type && scheme === source.security.scheme,
  );
  expect(scheme !== undefined, 'there is no HTTP Basic security scheme');
  expectMentions(scheme?.description, source.security.mentions, 'the security scheme');

  const operations = operationsOf(document);
  for (const wanted of source.operations) {
    const where = wanted.operationId;
    const found = operations.find(({ operation }) => operation.operationId === wanted.operationId);
    expect(found !== undefined, `there is no operation ${where}`);
    if (!found) continue;
    const { operation } = found;
    expect(found.method === wanted.method && found.path === wanted.path, `${where} is ${found.method} ${found.path}`);
    expect(operation.summary === wanted.title, `${where} is called ${operation.summary ?? 'nothing'}`);
    expectMentions(operation.description, wanted.mentions, where);
    const parameters = (operation.parameters ?? []).map((parameter) => resolveReference(document, parameter));
    for (const { name, in: place, type, required } of wanted.parameters) {
      const parameter = parameters.find((one) => one.name === name && one.in === place);
      const schema = parameter?.schema && resolveReference(document, parameter.schema);
      expect(schema !== undefined && typeOf(schema) === type, `${where} has no ${place} parameter ${name} of ${type}`);
      expect((parameter?.required ?? false) === required, `${where} ${name} is required otherwise`);
    }
    const body = operation.requestBody && resolveReference(document, operation.requestBody);
    expect((body !== undefined) === (wanted.body !== null), `${where} has ${body ? 'a' : 'no'} body`);
    expectFields(body?.content['application/json']?.schema, wanted.body ?? [], `${where} body`);
    const answer = operation.responses['200'] && resolveReference(document, operation.responses['200']);
    expect(
      answer?.content?.['application/json']?.schema?.$ref === `#/components/schemas/${wanted.returns}`,
      `${where} does not return ${wanted.returns}`,
    );
  }
  for (const [name, fields] of Object.entries(source.types)) {
    expectFields(document.components.schemas[name], fields, name);
  }
  return missing;
}

function findField(
  document: OpenApiDocument,
  schema: Schema | Reference,
  path: string,
): { schema: Schema; required: boolean } | undefined {
  let at = { schema: resolveReference<Schema>(document, schema), required: true };
  for (const name of path.split('.')) {
    const property = at.schema.properties?.[name];
    if (!property) return undefined;
    at = {
      schema: resolveReference<Schema>(document, property),
      required: at.schema.required?.includes(name) ?? false,
    };
  }
  return at;
}

function typeOf(schema: Schema): string {
  if (schema.type === 'array') return `array of ${String(schema.items?.type)}`;
  return String(schema.type);
}
