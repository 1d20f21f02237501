import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkTypes } from '../spec/helpers/check-types.js';

const folder = new URL('../../scripts/docs/guide/', import.meta.url);

/** The programs in the guide, each under a path of its own. */
function programs(): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of readdirSync(folder)) {
    const text = readFileSync(new URL(name, folder), 'utf8');
    [...text.matchAll(/```typescript\n([\s\S]*?)```/g)].forEach(([, program = ''], at) => {
      found.set(`openapi/samples/${name}-${at + 1}.ts`, program);
    });
  }
  return found;
}

test('every program in the guide compiles', () => {
  expect(programs().size).toBeGreaterThan(5);
  expect(checkTypes(programs())).toEqual([]);
});
