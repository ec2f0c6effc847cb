import { createHash } from 'node:crypto';

/**
 * Whether a camera is among a share of the cameras of an algorithm: always the same ones, and of a larger share the same
 * and more.
 */
export function isInShare(algorithm: string, cameraId: string, share: number): boolean {
  const digest = createHash('sha256').update(`${algorithm}\n${cameraId}`).digest();
  return digest.readUIntBE(0, 6) / 2 ** 48 < share;
}
