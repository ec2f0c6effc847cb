import type { WatchedCameraConfig } from '../analysis/messages.ts';

export function keyOf(source: WatchedCameraConfig['source']): string {
  return JSON.stringify(source);
}

/** Apart from the kept fingerprints, which come from the shard itself; one that was accepted is another drawing. */
export function isSameTask(a: WatchedCameraConfig, b: WatchedCameraConfig): boolean {
  const task = ({ views, ...rest }: WatchedCameraConfig) =>
    JSON.stringify({ ...rest, views: views.map(({ fingerprint: _, ...view }) => view) });
  return task(a) === task(b);
}
