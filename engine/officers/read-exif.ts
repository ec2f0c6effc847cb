import readExifTags from 'exif-reader';
import { localInstant } from './local-instant.ts';

/** What a photo says of itself. */
export interface PhotoFacts {
  takenAt: Date | null;
  lngLat: [number, number] | null;
}

/**
 * Reads when and where a photo was taken; what is not well formed is not there.
 * @param exif the block as it stands in the file
 * @param timeZone of the site: a camera that says no offset shows the time of where it is
 */
export function readPhotoFacts(exif: Buffer | undefined, timeZone: string): PhotoFacts {
  if (!exif) return { takenAt: null, lngLat: null };
  try {
    const { Photo, GPSInfo } = readExifTags(exif);
    return { takenAt: takenAtOf(Photo ?? {}, timeZone), lngLat: placeOf(GPSInfo ?? {}) };
  } catch {
    return { takenAt: null, lngLat: null };
  }
}

function takenAtOf(photo: { DateTimeOriginal?: unknown; OffsetTimeOriginal?: unknown }, timeZone: string): Date | null {
  const { DateTimeOriginal: shown, OffsetTimeOriginal: offset } = photo;
  if (!(shown instanceof Date) || Number.isNaN(shown.getTime())) return null;
  const text = shown.toISOString();
  if (typeof offset === 'string' && /^[+-]\d\d:\d\d$/.test(offset)) return new Date(`${text.slice(0, 19)}${offset}`);
  const minute = localInstant(text.slice(0, 10), text.slice(11, 16), timeZone);
  return new Date(minute.getTime() + shown.getUTCSeconds() * 1000);
}

function placeOf(gps: {
  GPSLatitude?: unknown;
  GPSLatitudeRef?: unknown;
  GPSLongitude?: unknown;
  GPSLongitudeRef?: unknown;
}): [number, number] | null {
  const lat = degrees(gps.GPSLatitude);
  const lng = degrees(gps.GPSLongitude);
  if (lat === null || lng === null || lat > 90 || lng > 180) return null;
  // Where a phone knows nothing, some write zeros.
  if (lat === 0 && lng === 0) return null;
  return [gps.GPSLongitudeRef === 'W' ? -lng : lng, gps.GPSLatitudeRef === 'S' ? -lat : lat];
}

function degrees(parts: unknown): number | null {
  if (!Array.isArray(parts) || parts.length !== 3 || !parts.every((part) => Number.isFinite(part))) return null;
  const [whole, minutes, seconds] = parts as [number, number, number];
  return whole + minutes / 60 + seconds / 3600;
}
