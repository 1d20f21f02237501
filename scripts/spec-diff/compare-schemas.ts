import { resolveReference, type OpenApiDocument, type Reference, type Schema } from '../lib/openapi-document.js';
import { isSame, type Add, type Direction } from './change.js';

/** A schema, and the document that its references are resolved in. */
interface Side {
  document: OpenApiDocument;
  schema: Schema | Reference | undefined;
}

interface Context {
  place: string;
  direction: Direction;
  add: Add;
}

/** Keywords that do not affect a program, or that have a comparison of their own. */
const HANDLED = new Set(
  'description title example examples $comment type enum required properties items additionalProperties'.split(' '),
);
/** Whether a higher value of a limit allows more. */
const GROWS: Record<string, boolean> = {
  maximum: true,
  exclusiveMaximum: true,
  maxLength: true,
  maxItems: true,
  maxProperties: true,
  minimum: false,
  exclusiveMinimum: false,
  minLength: false,
  minItems: false,
  minProperties: false,
};

/** Compares two versions of a schema recursively. */
export function compareSchemas(before: Side, after: Side, context: Context): void {
  const { place, direction, add } = context;
  const old: Schema = resolveReference<Schema>(before.document, before.schema ?? {});
  const now: Schema = resolveReference<Schema>(after.document, after.schema ?? {});
  const isSent = direction === 'sent';
  /** Narrowing a schema breaks programs that send it; widening a schema breaks programs that receive it. */
  const level = (change: 'wider' | 'narrower') => ((change === 'wider') === isSent ? 'compatible' : 'breaking');

  compareSets(typesOf(old), typesOf(now), 'the type', level, place, add);
  if (old.enum && now.enum) compareSets(old.enum, now.enum, 'the value', level, place, add);
  else if (old.enum) add(level('wider'), place, 'takes any value now');
  else if (now.enum) add(level('narrower'), place, `takes only ${now.enum.map(String).join(', ')} now`);

  for (const keyword of new Set([...Object.keys(old), ...Object.keys(now)])) {
    if (HANDLED.has(keyword) || keyword.startsWith('x-') || isSame(old[keyword], now[keyword])) continue;
    if (keyword === 'deprecated') {
      add('compatible', place, now[keyword] ? 'is deprecated now' : 'is not deprecated any more');
      continue;
    }
    const grows = GROWS[keyword];
    const wider =
      now[keyword] === undefined ||
      (old[keyword] !== undefined && grows !== undefined && Number(now[keyword]) > Number(old[keyword]) === grows);
    const known = grows !== undefined || keyword === 'format' || keyword === 'pattern';
    add(known ? level(wider ? 'wider' : 'narrower') : 'breaking', place, describe(keyword, old[keyword], now[keyword]));
  }
  compareProperties({ ...before, schema: old }, { ...after, schema: now }, context);
  if (old.items ?? now.items) {
    const [was, is] = [old.items ?? {}, now.items ?? {}];
    compareSchemas({ ...before, schema: was }, { ...after, schema: is }, { ...context, place: `${place}[]` });
  }
  if (!isSame(old.additionalProperties, now.additionalProperties)) {
    const wider = old.additionalProperties === false || now.additionalProperties === true;
    add(level(wider ? 'wider' : 'narrower'), place, 'what else an object may hold changed');
  }
}

function compareProperties(
  before: { document: OpenApiDocument; schema: Schema },
  after: { document: OpenApiDocument; schema: Schema },
  { place, direction, add }: Context,
): void {
  const [old, now] = [before.schema.properties ?? {}, after.schema.properties ?? {}];
  const isNeeded = (schema: Schema, name: string) => schema.required?.includes(name) ?? false;
  const isSent = direction === 'sent';
  for (const name of new Set([...Object.keys(old), ...Object.keys(now)])) {
    const where = `${place}.${name}`;
    const [was, is] = [isNeeded(before.schema, name), isNeeded(after.schema, name)];
    if (!(name in now)) add('breaking', where, 'is gone');
    else if (!(name in old)) {
      const breaks = isSent && is;
      add(breaks ? 'breaking' : 'compatible', where, `is new${is && isSent ? ' and required' : ''}`);
    } else {
      if (was !== is) add(is === isSent ? 'breaking' : 'compatible', where, is ? 'is required now' : 'is optional now');
      compareSchemas(
        { document: before.document, schema: old[name] },
        { document: after.document, schema: now[name] },
        { place: where, direction, add },
      );
    }
  }
}

function compareSets(
  old: unknown[],
  now: unknown[],
  noun: string,
  level: (change: 'wider' | 'narrower') => 'breaking' | 'compatible',
  place: string,
  add: Add,
): void {
  for (const value of old) if (!now.includes(value)) add(level('narrower'), place, `${noun} ${String(value)} is gone`);
  for (const value of now) if (!old.includes(value)) add(level('wider'), place, `${noun} ${String(value)} is new`);
}

function typesOf({ type }: Schema): string[] {
  if (type === undefined) return ['any'];
  return typeof type === 'string' ? [type] : type;
}

function describe(keyword: string, old: unknown, now: unknown): string {
  if (old === undefined) return `${keyword} is now ${JSON.stringify(now)}`;
  if (now === undefined) return `${keyword} ${JSON.stringify(old)} is gone`;
  return `${keyword} went from ${JSON.stringify(old)} to ${JSON.stringify(now)}`;
}
