import type { Kysely } from 'kysely';
import { SiteConfig } from '#config/site.ts';
import type { Schema } from '../store/schema.ts';

/** A site without its cameras and units: those are rows of their own. */
const SiteSettings = SiteConfig.omit({ cameras: true, units: true });
export type SiteSettings = Omit<SiteConfig, 'cameras' | 'units'>;

/** The newest revision; null before the first import. */
export async function readSiteSettings(db: Kysely<Schema>): Promise<SiteSettings | null> {
  const row = await db
    .selectFrom('site_revisions')
    .select('body')
    .orderBy('revision', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? SiteSettings.parse(row.body) : null;
}

/**
 * With `dryRun` nothing is written and the same is answered.
 * @returns false when nothing differs from the newest revision
 */
export async function saveSiteSettings(
  db: Kysely<Schema>,
  site: SiteConfig,
  by: string,
  { dryRun = false }: { dryRun?: boolean } = {},
): Promise<boolean> {
  const { cameras: _cameras, units: _units, ...settings } = site;
  const current = await readSiteSettings(db);
  if (current && canonical(current) === canonical(settings)) return false;
  if (dryRun) return true;
  await db
    .insertInto('site_revisions')
    .values((eb) => ({
      revision: eb
        .selectFrom('site_revisions')
        .select((of) => of(of.fn.coalesce(of.fn.max('revision'), of.lit(0)), '+', 1).as('next')),
      by,
      body: JSON.stringify(settings),
    }))
    .execute();
  return true;
}

/** jsonb orders keys its own way: compared without their order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
