/** Subjects of prompts. */
export const SUBJECTS: readonly string[] = [
  'a mossy stone golem waking up',
  'potion bottle with a glowing liquid',
  'isometric blacksmith workshop',
  'fox ranger with a longbow',
  'abandoned space station corridor',
  'steampunk owl made of brass',
  'floating island with waterfalls',
  'frost giant holding a lantern',
  'tiny dragon asleep on a pile of coins',
  'neon ramen stall in the rain',
  'enchanted sword in a tree stump',
  'desert caravan at dusk',
  'wooden treasure chest, half open',
  'mushroom house with round windows',
  'submarine over a coral reef',
  'knight in rusty armor',
  'cozy alchemist study full of books',
  'crystal cave with a frozen lake',
];

/** Styles of prompts, added to a subject. */
export const STYLES: readonly string[] = [
  'hand painted, soft light',
  'flat colors, thick outline',
  'watercolor on paper',
  'low poly, pastel palette',
  'pixel art, 16 colors',
  'game icon, white background',
  'concept art, dramatic light',
  'clay render, studio light',
];

/** Complete prompts, as realistic ones may be, that are difficult as file names. */
export const ODD_PROMPTS: readonly string[] = [
  'who goes there? a night guard',
  'ratio 16:9 wide shot of a castle',
  'tavern sign that says "The Broken Oar"',
  'half cat/half teapot, product shot',
  '*epic* boss fight <close up>',
  'café in Montréal, été, lumière dorée',
  '桜の下の侍、夕暮れ',
  'робот-садовник в теплице',
  '🐉 baby dragon sticker 🐉',
  'trailing dots and spaces... ',
  'first line of the prompt\nsecond line of the prompt',
  'an endless library of crooked shelves, ladders on brass rails, floating candles, sleeping cats on open atlases, dust in ' +
    'the afternoon light, a spiral staircase that disappears into fog, stained glass with constellations, a tiny robot ' +
    'librarian who pushes a cart of singing books, ultra detailed, wide angle, hand painted, soft shadows',
];

/** Names of generators. */
export const GENERATORS: readonly string[] = [
  'Isometric Buildings',
  'Potions & Elixirs',
  'Fantasy Portraits v2',
  'Cute Creatures',
  'Sci-Fi Props',
  'Pixel Landscapes',
  'Storybook Scenes',
  'Weapon Icons',
];
