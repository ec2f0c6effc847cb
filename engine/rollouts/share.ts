import { createHash } from 'node:crypto';

/**
 * Whether a camera is among a share of the cameras of an algorithm: always the same ones, and of a larger share the same
 * and more.
 */
export function isInShare(algorithm: string, cameraId: string, share: number): boolean {
  return placeOf(algorithm, cameraId) < share;
}

/** Of the cameras, the one that a share has first: where it has none yet, this one is looked at. */
export function firstOf(algorithm: string, cameraIds: readonly string[]): string | null {
  const placed = cameraIds.map((id) => ({ id, place: placeOf(algorithm, id) }));
  return placed.sort((a, b) => a.place - b.place)[0]?.id ?? null;
}

/** 0 to 1, the same for good. */
function placeOf(algorithm: string, cameraId: string): number {
  const digest = createHash('sha256').update(`${algorithm}\n${cameraId}`).digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}
