import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { readSite } from './read-site.ts';
import { readSiteSettings, saveSiteSettings } from './site-settings.ts';

const DEMO = fileURLToPath(new URL('../../config/demo/', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'chengnao-site-'));
let kept: TestStore;

beforeAll(async () => {
  kept = await openTestStore('embedded');
});
afterAll(async () => {
  await kept.remove();
  rmSync(scratch, { recursive: true, force: true });
});

test('settings are kept as revisions, and what does not differ makes none', async () => {
  const { db } = kept.store;
  const site = readSite(DEMO);
  expect(await readSiteSettings(db)).toBeNull();
  expect(await saveSiteSettings(db, site, 'first', { dryRun: true })).toBe(true);
  expect(await readSiteSettings(db)).toBeNull();
  expect(await saveSiteSettings(db, site, 'first')).toBe(true);
  expect(await saveSiteSettings(db, site, 'again')).toBe(false);
  const slower = { ...site, longestQuietMs: 30_000 };
  expect(await saveSiteSettings(db, slower, 'later')).toBe(true);
  const { cameras: _cameras, units: _units, ...settings } = slower;
  expect(await readSiteSettings(db)).toEqual(settings);
  const revisions = await db.selectFrom('site_revisions').select(['revision', 'by']).orderBy('revision').execute();
  expect(revisions).toEqual([
    { revision: 1, by: 'first' },
    { revision: 2, by: 'later' },
  ]);
});

test.each([
  ['{"name": 1', /cannot be read as JSON/],
  ['{"name": {"zh": "x", "en": "x"}}', /division: .*; centre: /],
])('a site.json that is not a site is refused, and the error names what is wrong: %s', (text, sentence) => {
  writeFileSync(join(scratch, 'site.json'), text);
  expect(() => readSite(scratch)).toThrow(sentence);
});
