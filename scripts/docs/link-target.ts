import { operationsOf, type OpenApiDocument } from '../lib/openapi-document.js';

/** Where a name of the product is explained: its path in the site with a fragment. */
export type LinkTargets = Map<string, string>;

/** The page of the reference. */
export const REFERENCE_PATH = 'reference.html';

/** The operations of the document, by operationId. Redoc makes the fragment of the tag and the operationId. */
export function operationTargets(document: OpenApiDocument): LinkTargets {
  return new Map(
    operationsOf(document).map(({ operation: { operationId, tags } }) => {
      const tag = tags?.[0];
      if (tag === undefined)
        throw new Error(`The operation ${operationId} has no tag, so it has no place in the reference`);
      return [operationId, `${REFERENCE_PATH}#/${tag.toLowerCase()}/${operationId.toLowerCase()}`];
    }),
  );
}
