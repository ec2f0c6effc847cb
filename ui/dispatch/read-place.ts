/** A place as somebody types it, longitude first: "116.3074, 37.4534"; null: it is none. */
export function readPlace(typed: string): [number, number] | null {
  const parts = typed.trim().split(/\s*[,，;；、\s]\s*/);
  if (parts.length !== 2 || parts.some((part) => !/^-?\d{1,3}(\.\d+)?$/.test(part))) return null;
  const [lng, lat] = parts.map(Number) as [number, number];
  return Math.abs(lng) <= 180 && Math.abs(lat) <= 90 ? [lng, lat] : null;
}

/** As exact as a click on the map can be: a tenth of a metre. */
export const sayPlace = ([lng, lat]: readonly [number, number]): string => `${lng.toFixed(6)}, ${lat.toFixed(6)}`;
