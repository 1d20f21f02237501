import type { Random } from '../random.js';
import type { World } from './asset-service.js';

/** Names that get into each other's way: in case, by a suffix, and as they look. */
const NAMES = ['a.png', 'b.png', 'A.png', 'd/a.png', 'D/a.png', 'b.png~', 'a~0123456789.png', 'd/x/y.png'] as const;

/** What is asked for, and how. */
export interface Request {
  selection: Record<'assetIds' | 'inferenceIds' | 'modelIds', string[]>;
  batchSize: number;
  /** What the paths of wanted files have in them; none: all are wanted. */
  include?: string;
  exclude?: string;
}

export const pickName = (random: Random): string => random.pick(NAMES);

/** A handful of assets, some of them with the same content, and three sets of them. */
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

/** At least one. */
function someOf(random: Random, ids: Iterable<string>): string[] {
  const all = [...ids];
  const some = all.filter(() => random.onceIn(2));
  return some.length > 0 ? some : all.slice(0, 1);
}
