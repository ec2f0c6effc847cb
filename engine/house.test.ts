import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const ROOMS = ['config', 'streams', 'models', 'engine', 'ui'];
/** What lies at the top beside the rooms; the README gives a reason for each. */
const AT_THE_TOP = [
  'LICENSE',
  'README.md',
  'biome.json',
  'knip.json',
  'package-lock.json',
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
];
const MAX_LINES = 400;
const SAYS_NOTHING =
  /(^|[-.])(utils?|helpers?|common|misc|shared|manager|service|handler|processor|base|types|constants)([-.]|$)/;

function sources(dir: string): string[] {
  return readdirSync(join(ROOT, dir), { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return [path, ...sources(path)];
    return /\.(tsx?|mjs|py)$/.test(entry.name) ? [path] : [];
  });
}
const all = ROOMS.flatMap(sources);

test('every name says what is inside', () => {
  expect(all.filter((path) => SAYS_NOTHING.test(basename(path)))).toEqual([]);
});

test(`no file is longer than ${MAX_LINES} lines`, () => {
  const files = all.filter((path) => /\.\w+$/.test(path));
  expect(files.length).toBeGreaterThan(50);
  expect(files.filter((path) => readFileSync(join(ROOT, path), 'utf8').split('\n').length > MAX_LINES)).toEqual([]);
});

test('at the top lie the rooms and what the README gives a reason for', () => {
  const there = readdirSync(ROOT).filter(
    (name) => !name.startsWith('.') && !['node_modules', 'dist', 'data'].includes(name),
  );
  expect(there.sort()).toEqual([...ROOMS, ...AT_THE_TOP].sort());
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  for (const name of AT_THE_TOP) expect(readme, `the README names ${name}`).toContain(name);
});

test('the README names every room of the house and of the engine', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  for (const room of ROOMS) expect(readme).toMatch(new RegExp(`^\\| \`?${room}/?\`? \\|`, 'm'));
  const engineRooms = readdirSync(join(ROOT, 'engine'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const room of engineRooms)
    expect(readme, `the README names engine/${room.name}`).toContain(`engine/${room.name}`);
});

test('each file that the README points to is there', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const named = [...readme.matchAll(/`((?:config|streams|models|engine|ui)\/[\w./-]+\.\w+)`/g)].map(
    (match) => match[1]!,
  );
  expect(named.length).toBeGreaterThan(10);
  for (const path of named) expect(() => readFileSync(join(ROOT, path)), path).not.toThrow();
});

test('dependencies are pinned to exact versions', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
    ([, version]) => !/^\d/.test(String(version)),
  );
  expect(loose).toEqual([]);
});
