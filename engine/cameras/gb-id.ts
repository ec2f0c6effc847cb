import { type CodeName, GB_INDUSTRIES, GB_NETWORKS, GB_TYPES } from '#config/gb-28181.ts';
import type { GbIdParts } from '../contract/camera-pool.ts';

/** Takes the 20 digits of a GB/T 28181 device id apart; null when they are not 20 digits. */
export function readGbId(gbId: string): GbIdParts | null {
  const parts = /^(\d{8})(\d{2})(\d{3})(\d)(\d{6})$/.exec(gbId);
  if (!parts) return null;
  const [, centre, industry, type, network, serial] = parts as unknown as string[];
  return {
    centre: centre!,
    divisionCode: centre!.slice(0, 6),
    industry: named(industry!, GB_INDUSTRIES),
    type: named(type!, GB_TYPES),
    network: named(network!, GB_NETWORKS),
    serial: serial!,
  };
}

function named(code: string, names: Readonly<Record<string, CodeName>>) {
  return { code, name: names[code] ?? null };
}
