import { createRequire } from 'node:module';
import type { operations } from '../../generated/schema.js';

/** The operations of the spec. */
export type OperationId = keyof operations;

/** A JSON schema, or a reference to one. */
export type Schema = Readonly<Record<string, unknown>>;

/** An operation as the sandbox needs it. */
export interface Operation {
  operationId: OperationId;
  method: string;
  /** Such as `/assets/{assetId}/download`, without the server's path. */
  template: string;
  pathParameters: readonly { name: string; schema: Schema }[];
  /** Undefined when the operation has no body. */
  body: { required: boolean; schema: Schema } | undefined;
  /** Schemas of the JSON answers by status, such as `200` and `5XX`. */
  answers: ReadonlyMap<string, Schema>;
}

/** The spec, resolved as far as the sandbox needs it. */
export interface Spec {
  /** The path of the server, such as `/v1`. */
  basePath: string;
  operations: readonly Operation[];
  /** What references in schemas point to: `#/components/...`. */
  components: Readonly<Record<string, unknown>>;
}

type Reference = { $ref: string };
type Content = Record<string, { schema: Schema }>;

interface OperationObject {
  operationId: OperationId;
  parameters?: (Reference | { name: string; in: string; schema: Schema })[];
  requestBody?: { required?: boolean; content: Content };
  responses: Record<string, Reference | { content?: Content }>;
}

interface Document {
  servers: [{ url: string }];
  paths: Record<string, Record<string, OperationObject>>;
  components: Record<string, unknown>;
}

/** Reads the bundled spec of this package. */
export function loadSpec(): Spec {
  // By the package's own name, since the way to the file differs between sources and build.
  const document = createRequire(import.meta.url)('scenario-downloads/openapi.json') as Document;
  return {
    basePath: new URL(document.servers[0].url).pathname,
    operations: Object.entries(document.paths).flatMap(([template, methods]) =>
      Object.entries(methods).map(([method, operation]) => readOperation(document, template, method, operation)),
    ),
    components: document.components,
  };
}

function readOperation(document: Document, template: string, method: string, object: OperationObject): Operation {
  const parameters = (object.parameters ?? []).map((parameter) => dereference(document, parameter));
  const schema = object.requestBody?.content['application/json']?.schema;
  const answers = new Map<string, Schema>();
  for (const [status, response] of Object.entries(object.responses)) {
    const answer = dereference(document, response).content?.['application/json']?.schema;
    if (answer) answers.set(status, answer);
  }
  return {
    operationId: object.operationId,
    method: method.toUpperCase(),
    template,
    pathParameters: parameters.filter((parameter) => parameter.in === 'path'),
    body: schema && { required: object.requestBody?.required ?? false, schema },
    answers,
  };
}

function dereference<Value extends object>(document: Document, value: Reference | Value): Value {
  if (!('$ref' in value)) return value;
  const target = value.$ref
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], document);
  return target as Value;
}
