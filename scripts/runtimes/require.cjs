// CommonJS takes the package with require, as every supported Node can.
const { createScenarioClient } = require('scenario-downloads');
const { saveAll } = require('scenario-downloads/node');

async function main() {
  const directory = process.argv[2];
  const report = await saveAll(createScenarioClient(), { modelIds: ['model_1'] }, { directory });
  console.log(`${report.totals.files} files, ok: ${report.ok}`);
}
main();
