import { operationsOf, type OpenApiDocument } from '../lib/openapi-document.js';
import { isSame, type Add, type Change } from './change.js';
import { compareOperations } from './compare-operations.js';

/** Members that do not affect any program. */
const TEXT = new Set('info description summary title example examples externalDocs tags $comment'.split(' '));

/**
 * Compares two versions of the document and returns the changes. Both must be bundled, so that all references are
 * local. A change that is not known to be harmless is breaking.
 */
export function compareDocuments(before: OpenApiDocument, after: OpenApiDocument): Change[] {
  const changes: Change[] = [];
  const add: Add = (level, place, what) => {
    // Report the change of a shared schema once.
    if (!changes.some((change) => change.place === place && change.what === what)) changes.push({ level, place, what });
  };

  compareServers(before, after, add);
  if (!isSame(withoutText(before.components.securitySchemes), withoutText(after.components.securitySchemes))) {
    add('breaking', 'security', 'the schemes changed');
  }
  const old = operationsOf(before);
  const now = operationsOf(after);
  for (const one of old) {
    const place = one.operation.operationId;
    const other = now.find(({ path, method }) => path === one.path && method === one.method);
    if (!other) add('breaking', place, `${one.method.toUpperCase()} ${one.path} is gone`);
    else compareOperations({ document: before, ...one }, { document: after, ...other }, add);
  }
  for (const one of now) {
    if (old.some(({ path, method }) => path === one.path && method === one.method)) continue;
    add('compatible', one.operation.operationId, `${one.method.toUpperCase()} ${one.path} is new`);
  }
  for (const name of Object.keys(before.components.schemas)) {
    // The generated types export the schema under this name.
    if (!(name in after.components.schemas)) add('breaking', name, 'the schema of this name is gone');
  }
  for (const name of Object.keys(after.components.schemas)) {
    if (!(name in before.components.schemas)) add('compatible', name, 'the schema of this name is new');
  }

  if (changes.length === 0) {
    const [from, to] = [withoutVersion(before), withoutVersion(after)];
    if (!isSame(withoutText(from), withoutText(to))) {
      add('breaking', 'document', 'something changed that this comparison does not know');
    } else if (!isSame(from, to)) {
      add('text', 'document', 'only descriptions, examples and samples changed');
    }
  }
  return changes;
}

function compareServers(before: OpenApiDocument, after: OpenApiDocument, add: Add): void {
  const urls = (document: OpenApiDocument) => document.servers.map(({ url }) => url);
  const [first] = urls(after);
  if (first !== urls(before)[0]) add('breaking', 'servers', `the first one is ${first ?? 'gone'}`);
  for (const url of urls(before)) if (!urls(after).includes(url)) add('breaking', 'servers', `${url} is gone`);
  for (const url of urls(after)) if (!urls(before).includes(url)) add('compatible', 'servers', `${url} is new`);
}

function withoutVersion(document: OpenApiDocument): unknown {
  return { ...document, info: { ...document.info, version: '' } };
}

/** Removes the members that do not affect any program, but keeps properties that happen to be called `description`. */
function withoutText(value: unknown, inProperties = false): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutText(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => inProperties || !(TEXT.has(key) || key.startsWith('x-')))
      .map(([key, member]) => [key, withoutText(member, key === 'properties' && !inProperties)]),
  );
}
