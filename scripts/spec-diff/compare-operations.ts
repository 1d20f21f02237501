import {
  resolveReference,
  type MediaType,
  type OpenApiDocument,
  type Operation,
  type Parameter,
  type Response,
} from '../lib/openapi-document.js';
import { isSame, type Add, type Direction } from './change.js';
import { compareSchemas } from './compare-schemas.js';

/** An operation, and the document that its references are resolved in. */
export interface Side {
  document: OpenApiDocument;
  path: string;
  operation: Operation;
}

/** Compares two versions of an operation: its name, parameters, body, responses and security. */
export function compareOperations(before: Side, after: Side, add: Add): void {
  const place = before.operation.operationId;
  if (place !== after.operation.operationId) {
    add('breaking', place, `the operationId is now ${after.operation.operationId}`);
  }
  const security = ({ document, operation }: Side) => operation.security ?? document.security ?? [];
  if (!isSame(security(before), security(after))) add('breaking', place, 'asks for other credentials');
  if (before.operation.deprecated !== after.operation.deprecated) {
    add('compatible', place, after.operation.deprecated ? 'is deprecated now' : 'is not deprecated any more');
  }
  compareParameters(before, after, place, add);
  compareBodies(before, after, place, add);
  compareAnswers(before, after, place, add);
}

function compareParameters(before: Side, after: Side, place: string, add: Add): void {
  // Parameters of the operation override those of its path.
  const parametersOf = ({ document, path, operation }: Side) =>
    new Map(
      [...(document.paths[path]?.parameters ?? []), ...(operation.parameters ?? [])].map(
        (item): [string, Parameter] => {
          const parameter = resolveReference(document, item);
          return [`${parameter.in} parameter ${parameter.name}`, parameter];
        },
      ),
    );
  const old = parametersOf(before);
  const now = parametersOf(after);
  for (const [name, parameter] of old) {
    const other = now.get(name);
    if (!other) add('breaking', place, `the ${name} is gone`);
    else {
      compareNeed(parameter.required, other.required, `${place} ${name}`, add);
      compareSchemas(
        { document: before.document, schema: parameter.schema },
        { document: after.document, schema: other.schema },
        { place: `${place} ${name}`, direction: 'sent', add },
      );
    }
  }
  for (const [name, { required }] of now) {
    if (old.has(name)) continue;
    add(required ? 'breaking' : 'compatible', place, `the ${name} is new${required ? ' and required' : ''}`);
  }
}

function compareBodies(before: Side, after: Side, place: string, add: Add): void {
  const bodyOf = ({ document, operation }: Side) =>
    operation.requestBody && resolveReference(document, operation.requestBody);
  const old = bodyOf(before);
  const now = bodyOf(after);
  if (!old && now) add(now.required ? 'breaking' : 'compatible', place, 'takes a body now');
  if (old && !now) add('breaking', place, 'takes no body any more');
  if (!old || !now) return;
  compareNeed(old.required, now.required, `${place} body`, add);
  compareContent(before, after, old.content, now.content, `${place} body`, 'sent', add);
}

function compareAnswers(before: Side, after: Side, place: string, add: Add): void {
  const old = before.operation.responses;
  const now = after.operation.responses;
  for (const status of new Set([...Object.keys(old), ...Object.keys(now)])) {
    const [was, is] = [old[status], now[status]];
    const where = `${place} ${status}`;
    if (!was || !is) {
      // A program has to expect undocumented error responses anyway, but it may rely on a success response.
      const level = was && status.startsWith('2') ? 'breaking' : 'compatible';
      add(level, where, was ? 'the answer is gone' : 'the answer is new');
      continue;
    }
    const answer: Response = resolveReference(before.document, was);
    const other: Response = resolveReference(after.document, is);
    compareHeaders(before, after, answer, other, where, add);
    compareContent(before, after, answer.content ?? {}, other.content ?? {}, where, 'received', add);
  }
}

function compareHeaders(before: Side, after: Side, old: Response, now: Response, place: string, add: Add): void {
  for (const [name, item] of Object.entries(old.headers ?? {})) {
    const other = now.headers?.[name];
    if (!other) add('breaking', place, `the header ${name} is gone`);
    else {
      compareSchemas(
        { document: before.document, schema: resolveReference(before.document, item).schema },
        { document: after.document, schema: resolveReference(after.document, other).schema },
        { place: `${place} header ${name}`, direction: 'received', add },
      );
    }
  }
  for (const name of Object.keys(now.headers ?? {})) {
    if (!(name in (old.headers ?? {}))) add('compatible', place, `the header ${name} is new`);
  }
}

function compareContent(
  before: Side,
  after: Side,
  old: Record<string, MediaType>,
  now: Record<string, MediaType>,
  place: string,
  direction: Direction,
  add: Add,
): void {
  for (const [type, { schema }] of Object.entries(old)) {
    const other = now[type];
    if (!other) add('breaking', place, `${type} is gone`);
    else {
      compareSchemas(
        { document: before.document, schema },
        { document: after.document, schema: other.schema },
        { place, direction, add },
      );
    }
  }
  for (const type of Object.keys(now)) if (!(type in old)) add('compatible', place, `${type} is new`);
}

function compareNeed(old: boolean | undefined, now: boolean | undefined, place: string, add: Add): void {
  if (!old && now) add('breaking', place, 'is required now');
  if (old && !now) add('compatible', place, 'is not required any more');
}
