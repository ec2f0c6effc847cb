import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupFailure, step } from './progress.mjs';
import { ROOT, run } from './run.mjs';

const STAMP = join(ROOT, 'dist/.built-from');
const SOURCES = ['ui', 'engine/contract', 'config', 'package-lock.json'];

/** Builds the page into dist/ unless it was built from the same sources. */
export async function ensurePage() {
  const wanted = fingerprint();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  await step('building the page', async () => {
    const { code, output } = await run(process.execPath, [
      join(ROOT, 'node_modules/vite/bin/vite.js'),
      'build',
      '--config',
      'ui/vite.config.ts',
      '--logLevel',
      'warn',
    ]);
    if (code !== 0)
      throw new SetupFailure(`The page does not build; mend what vite names:\n${output.trim().slice(-3000)}`);
  });
  writeFileSync(STAMP, wanted);
}

function fingerprint() {
  const hash = createHash('sha256');
  for (const source of SOURCES) add(hash, join(ROOT, source));
  return hash.digest('hex');
}

/** @param {import('node:crypto').Hash} hash @param {string} path */
function add(hash, path) {
  if (!statSync(path).isDirectory()) {
    hash.update(path.slice(ROOT.length)).update(readFileSync(path));
    return;
  }
  for (const name of readdirSync(path).sort()) add(hash, join(path, name));
}
