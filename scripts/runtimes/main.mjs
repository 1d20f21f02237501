import { run } from './program.mjs';

console.log(await run({ retry: false }));
