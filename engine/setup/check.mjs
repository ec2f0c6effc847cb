/** `npm run check`: all static checks, and the proof that the walls see a forbidden import. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureModules } from './modules.mjs';
import { orSayWhy, SetupFailure, step } from './progress.mjs';
import { ROOT, run } from './run.mjs';

const bin = (name) => join(ROOT, 'node_modules/.bin', name);
const ROOMS = ['config', 'streams', 'models', 'engine', 'ui'];
const PLANTED = join(ROOT, 'streams/planted-forbidden-import.ts');

const CHECKS = [
  ['types of the engine', bin('tsc'), ['-p', '.']],
  ['types of the page', bin('tsc'), ['-p', 'ui']],
  ['lint and format', bin('biome'), ['ci', '--error-on-warnings', '.']],
  ['walls between the rooms', bin('depcruise'), [...ROOMS, '--output-type', 'err']],
  ['dead exports and dependencies', bin('knip'), []],
];

await orSayWhy(async () => {
  await ensureModules();
  // The types take one core each.
  await Promise.all(CHECKS.slice(0, 2).map(check));
  for (const each of CHECKS.slice(2)) await check(each);
  await wallsSeeWhatIsForbidden();
});

async function check([what, program, args]) {
  const { code, output } = await step(what, () => run(program, args));
  if (code !== 0) throw new SetupFailure(`${what}: ${output.trim()}`);
  console.log(`✓ ${what}`);
}

async function wallsSeeWhatIsForbidden() {
  writeFileSync(PLANTED, "import '#models/detector.ts';\n");
  try {
    const { code, output } = await run(bin('depcruise'), ['streams', '--output-type', 'err']);
    if (code === 0 || !output.includes('planted-forbidden-import.ts'))
      throw new SetupFailure(
        'The walls did not see a planted import of models in streams: .dependency-cruiser.cjs sees no modules.',
      );
  } finally {
    rmSync(PLANTED, { force: true });
  }
  console.log('✓ the walls see a planted forbidden import');
}
