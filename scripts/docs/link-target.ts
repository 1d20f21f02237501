import { operationsOf, type OpenApiDocument } from '../lib/openapi-document.js';

/** Where each name of the API is explained: a path in the site with a fragment. */
export type LinkTargets = Map<string, string>;

/** The path of the reference page. */
export const REFERENCE_PATH = 'reference.html';

/** Returns the targets of all operations by operationId. Redoc builds the fragment from the tag and the operationId. */
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
