import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SiteConfig } from '#config/site.ts';

/**
 * Reads a site folder's site.json.
 * @throws Error that names the file and each field that is wrong
 */
export function readSite(folder: string): SiteConfig {
  const file = join(folder, 'site.json');
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} cannot be read as JSON (${error instanceof Error ? error.message : error})`, {
      cause: error,
    });
  }
  const parsed = SiteConfig.safeParse(raw);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the whole'}: ${issue.message}`);
  throw new Error(`${file} is not a site: ${faults.join('; ')}`, { cause: parsed.error });
}
