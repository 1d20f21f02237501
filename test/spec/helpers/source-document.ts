import { readFileSync } from 'node:fs';

export interface SourceField {
  field: string;
  type: string;
  required: boolean;
  values?: string[];
  mentions?: string[];
}

export interface SourceOperation {
  operationId: string;
  title: string;
  method: 'get' | 'post';
  path: string;
  mentions: string[];
  parameters: { name: string; in: string; type: string; required: boolean }[];
  body: SourceField[] | null;
  returns: string;
}

/** openapi/source-document.json. */
export interface SourceDocument {
  server: string;
  security: { type: string; scheme: string; mentions: string[] };
  operations: SourceOperation[];
  types: Record<string, SourceField[]>;
}

export const sourceDocument = JSON.parse(
  readFileSync(new URL('../../../openapi/source-document.json', import.meta.url), 'utf8'),
) as SourceDocument;
