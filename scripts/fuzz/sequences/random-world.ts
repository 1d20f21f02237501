import type { Random } from '../random.js';
import type { World } from './asset-service.js';

/** Names that can conflict: they differ only in case, or end in a suffix such as runs add to make a path unique. */
const NAMES = ['a.png', 'b.png', 'A.png', 'd/a.png', 'D/a.png', 'b.png~', 'a~0123456789.png', 'd/x/y.png'] as const;

/** A selection and the options that it is saved with. */
export interface Request {
  selection: Record<'assetIds' | 'inferenceIds' | 'modelIds', string[]>;
  batchSize: number;
  /** A text that the paths of wanted files contain; undefined to save all files. */
  include?: string;
  exclude?: string;
}

export const pickName = (random: Random): string => random.pick(NAMES);

/** Creates a few assets, some of them with the same content, and three sets of them. */
export function createWorld(random: Random): World {
  const assets: World['assets'] = new Map();
  const count = 4 + random.below(4);
  for (let at = 0; at < count; at++) {
    assets.set(`asset_${at}`, { name: pickName(random), data: random.onceIn(5) ? 'same' : `data ${at}` });
  }
  const sets = new Map(['inference_1', 'inference_2', 'model_1'].map((id) => [id, someOf(random, assets.keys())]));
  return { assets, sets };
}

export function createRequest(random: Random, { assets }: World): Request {
  const selection = {
    assetIds: random.onceIn(4) ? [] : someOf(random, assets.keys()),
    inferenceIds: ['inference_1', 'inference_2'].filter(() => random.next() < 0.4),
    modelIds: random.onceIn(3) ? ['model_1'] : [],
  };
  const isEmpty = Object.values(selection).every(({ length }) => length === 0);
  return {
    selection: isEmpty ? { ...selection, assetIds: ['asset_0'] } : selection,
    batchSize: 1 + random.below(4),
    ...(random.onceIn(7) && { include: random.pick(['a', 'b']) }),
    ...(random.onceIn(10) && { exclude: random.pick(['a', 'b', 'd/']) }),
  };
}

/** Picks some of the ids, at least one. */
function someOf(random: Random, ids: Iterable<string>): string[] {
  const all = [...ids];
  const some = all.filter(() => random.onceIn(2));
  return some.length > 0 ? some : all.slice(0, 1);
}
