import type { MapArea } from '#engine/contract/camera-area.ts';
import { squareSideM, toLngLat, toMercator } from '#engine/contract/metric-scale.ts';

export type LngLat = [number, number];
export type SketchTool = 'circle' | 'polygon' | 'corridor';

/** An area that is being drawn: what is set, and where the pointer is. */
export interface Sketch {
  tool: SketchTool;
  points: readonly LngLat[];
  pointer: LngLat | null;
  /** Of a corridor, from edge to edge. */
  widthM: number;
}

/** What is told of an area while it is drawn: metres and square metres; 0 until there is any. */
interface AreaFigures {
  radiusM: number | null;
  lengthM: number | null;
  areaM2: number;
}

/** Takes up a further point; a circle is done with its second, the others when somebody says so. */
export function withPoint(sketch: Sketch, point: LngLat): { sketch: Sketch; done: MapArea | null } {
  const last = sketch.points.at(-1);
  if (last && distanceM(last, point) < 0.5) return { sketch, done: null };
  const next = { ...sketch, points: [...sketch.points, point] };
  return { sketch: next, done: next.tool === 'circle' && next.points.length === 2 ? areaOf(next) : null };
}

/** The area as far as it is drawn; null while its points are too few. */
export function areaOf({ tool, points, widthM }: Sketch): MapArea | null {
  const [first, second] = points;
  if (tool === 'circle')
    return first && second ? { shape: 'circle', centre: first, radiusM: round(distanceM(first, second)) } : null;
  if (tool === 'polygon') return points.length >= 3 ? { shape: 'polygon', corners: [...points] } : null;
  return points.length >= 2 ? { shape: 'corridor', line: [...points], widthM } : null;
}

/** The sketch as it would be with the pointer's place taken up. */
export function atPointer(sketch: Sketch): Sketch {
  const { tool, points, pointer } = sketch;
  const takesMore = pointer !== null && points.length > 0 && !(tool === 'circle' && points.length > 1);
  return takesMore ? { ...sketch, points: [...points, pointer] } : sketch;
}

export function figuresOf(sketch: Sketch): AreaFigures {
  const { tool, points, widthM } = sketch;
  const lengthM = points.slice(1).reduce((sum, point, i) => sum + distanceM(points[i]!, point), 0);
  if (tool === 'circle') return { radiusM: lengthM, lengthM: null, areaM2: Math.PI * lengthM ** 2 };
  if (tool === 'polygon') return { radiusM: null, lengthM: null, areaM2: polygonM2(points) };
  // The strip with its round ends; bends count twice where they overlap.
  const areaM2 = lengthM > 0 ? lengthM * widthM + Math.PI * (widthM / 2) ** 2 : 0;
  return { radiusM: null, lengthM, areaM2 };
}

export function distanceM(a: LngLat, b: LngLat): number {
  const [p, q] = [toMercator(a), toMercator(b)];
  return Math.hypot(p.x - q.x, p.y - q.y) * squareSideM((a[1] + b[1]) / 2);
}

function polygonM2(points: readonly LngLat[]): number {
  if (points.length < 3) return 0;
  const ring = points.map(toMercator);
  const origin = ring[0]!;
  let twice = 0;
  for (let i = 1; i + 1 < ring.length; i++) {
    const [a, b] = [ring[i]!, ring[i + 1]!];
    twice += (a.x - origin.x) * (b.y - origin.y) - (a.y - origin.y) * (b.x - origin.x);
  }
  const middleLat = points.reduce((sum, [, lat]) => sum + lat, 0) / points.length;
  return Math.abs(twice / 2) * squareSideM(middleLat) ** 2;
}

const CIRCLE_CORNERS = 72;

/** A circle's outline; first and last are the same place. */
export function circleRing(centre: LngLat, radiusM: number): LngLat[] {
  const { x, y } = toMercator(centre);
  const reach = radiusM / squareSideM(centre[1]);
  return Array.from({ length: CIRCLE_CORNERS + 1 }, (_, i) => {
    const turn = (2 * Math.PI * (i % CIRCLE_CORNERS)) / CIRCLE_CORNERS;
    return toLngLat({ x: x + reach * Math.sin(turn), y: y - reach * Math.cos(turn) });
  });
}

const round = (metres: number): number => Math.max(1, Math.round(metres * 10) / 10);

/** A settled area as the sketch that it came of; `alertAt`: where the alert is that it is drawn around, null while unknown. */
export function sketchOf(area: MapArea, alertAt: LngLat | null): Sketch | null {
  const settled = { pointer: null, widthM: 0 } as const;
  if (area.shape === 'polygon') return { ...settled, tool: 'polygon', points: area.corners };
  if (area.shape === 'corridor') return { ...settled, tool: 'corridor', points: area.line, widthM: area.widthM };
  const centre = area.shape === 'circle' ? area.centre : alertAt;
  if (!centre) return null;
  return { ...settled, tool: 'circle', points: [centre, circleRing(centre, area.radiusM)[0]!] };
}
