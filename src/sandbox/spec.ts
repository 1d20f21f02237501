import { createRequire } from 'node:module';
import type { operations } from '../../generated/schema.js';

/** The ids of the operations in the spec. */
export type OperationId = keyof operations;

/** A JSON schema, or a reference to one. */
export type Schema = Readonly<Record<string, unknown>>;

/** What the sandbox needs to know about an operation. */
export interface Operation {
  operationId: OperationId;
  method: string;
  /** The path template without the path of the server, such as `/assets/{assetId}/download`. */
  template: string;
  pathParameters: readonly { name: string; schema: Schema }[];
  /** Undefined if the operation has no body. */
  body: { required: boolean; schema: Schema } | undefined;
  /** The schemas of JSON responses by status, such as `200` and `5XX`. */
  answers: ReadonlyMap<string, Schema>;
}

/** The parts of the spec that the sandbox needs. References in schemas are not resolved. */
export interface Spec {
  /** The path of the server, such as `/v1`. */
  basePath: string;
  operations: readonly Operation[];
  /** The targets of references in schemas, which have the form `#/components/...`. */
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

/** Loads the spec that is part of this package. */
export function loadSpec(): Spec {
  // By the name of the package, because the relative path of the file differs between sources and build.
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
