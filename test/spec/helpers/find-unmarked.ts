import {
  operationsOf,
  resolveReference,
  type OpenApiDocument,
  type Schema,
} from '../../../scripts/lib/openapi-document.js';
import type { SourceDocument, SourceField } from './source-document.js';

const MARK = 'Not in the source document';

/** Keywords that restrict nothing, or are checked on their own. */
const SILENT = new Set(['type', 'description', 'enum', 'required', 'properties', 'items', 'title']);

interface Context {
  descriptions: (string | undefined)[];
  covered: boolean;
}

const NOTHING: Context = { descriptions: [], covered: false };

function within(around: Context, description: string | undefined): Context {
  return { ...around, descriptions: [...around.descriptions, description] };
}

/**
 * From the spec to the source document: what the spec claims and the table does not, unless it is marked. One sentence
 * each. A claim is marked by its own description, by the nearest one around it where it has none, and by that of
 * anything around it that is not in the source document as a whole.
 */
export function findUnmarked(document: OpenApiDocument, source: SourceDocument): string[] {
  const unmarked: string[] = [];
  /**
   * @param context the descriptions from the outside in; where `covered`, something around it is marked as a whole
   * @returns whether everything beneath is covered too
   */
  const claim = (known: boolean, what: string, context: Context): boolean => {
    const isMarked =
      context.covered || (context.descriptions.findLast((text) => text !== undefined) ?? '').includes(MARK);
    if (!known && !isMarked) unmarked.push(what);
    return context.covered || (!known && isMarked);
  };

  const visit = (schema: Schema, fields: SourceField[], path: string, what: string, around: Context) => {
    const context = within(around, schema.description);
    const known = fields.find(({ field }) => field === path);
    const below = (name: string) => (path === '' ? name : `${path}.${name}`);
    for (const value of schema.enum ?? []) {
      claim(known?.values?.includes(String(value)) ?? false, `${what}: the value ${String(value)}`, context);
    }
    for (const [keyword, value] of Object.entries(schema)) {
      if (SILENT.has(keyword)) continue;
      // One example illustrates; several are a list of what there is.
      if (keyword === 'example' || (keyword === 'examples' && (value as unknown[]).length < 2)) continue;
      claim(false, `${what}: ${keyword}`, context);
      if (typeof value === 'number' && !schema.description?.includes(String(value))) {
        unmarked.push(`${what}: ${keyword} ${value} is not in the description`);
      }
    }
    for (const name of schema.required ?? []) {
      const isKnown = fields.some(({ field, required }) => field === below(name) && required);
      claim(isKnown, `${what}: ${name} is required`, context);
    }
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      const resolved = resolveReference<Schema>(document, property);
      const isKnown = fields.some(({ field }) => field === below(name));
      const own = { covered: context.covered, descriptions: [resolved.description] };
      const covered = claim(isKnown, `${what}.${name}`, own);
      visit(resolved, fields, below(name), `${what}.${name}`, { ...context, covered });
    }
    if (schema.items) visit(resolveReference<Schema>(document, schema.items), fields, path, `${what}[]`, context);
  };

  for (const { url, description } of document.servers) {
    claim(url === source.server, `server ${url}`, within(NOTHING, description));
  }
  for (const [name, scheme] of Object.entries(document.components.securitySchemes ?? {})) {
    const known = scheme.type === source.security.type && scheme['scheme'] === source.security.scheme;
    claim(known, `security scheme ${name}`, within(NOTHING, scheme.description));
  }
  for (const { path, method, operation } of operationsOf(document)) {
    const where = operation.operationId;
    const known = source.operations.find((one) => one.path === path && one.method === method);
    const described = within(NOTHING, operation.description);
    const around = { ...described, covered: claim(known?.operationId === where, `operation ${where}`, described) };
    for (const item of operation.parameters ?? []) {
      const parameter = resolveReference(document, item);
      const what = `${where}: parameter ${parameter.name}`;
      const isKnown = known?.parameters.some((one) => one.name === parameter.name && one.in === parameter.in) ?? false;
      const context = within(around, parameter.description);
      const covered = claim(isKnown, what, context);
      visit(resolveReference<Schema>(document, parameter.schema ?? {}), [], '', what, { ...context, covered });
    }
    if (operation.requestBody) {
      const body = resolveReference(document, operation.requestBody);
      const context = within(around, body.description);
      claim(known !== undefined && known.body !== null, `${where}: a body`, context);
      for (const [type, { schema }] of Object.entries(body.content)) {
        claim(type === 'application/json', `${where}: a body of ${type}`, context);
        visit(resolveReference<Schema>(document, schema ?? {}), known?.body ?? [], '', `${where} body`, context);
      }
    }
    for (const [status, item] of Object.entries(operation.responses)) {
      const response = resolveReference(document, item);
      const what = `${where} ${status}`;
      const isKnown = known !== undefined && status === '200';
      const context = within(around, response.description);
      const covered = claim(isKnown, what, context);
      for (const [name, header] of Object.entries(response.headers ?? {})) {
        const { description } = resolveReference(document, header);
        claim(false, `${what}: header ${name}`, { covered: false, descriptions: [description] });
      }
      const fields = isKnown ? (source.types[known.returns] ?? []) : [];
      for (const [type, { schema }] of Object.entries(response.content ?? {})) {
        claim(type === 'application/json', `${what}: an answer of ${type}`, { ...context, covered });
        visit(resolveReference<Schema>(document, schema ?? {}), fields, '', what, { ...context, covered });
      }
    }
  }
  return unmarked;
}
