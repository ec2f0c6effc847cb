import { CAMERA_COLOR, DEGRADED_PATH, MARK_COLOR, MARK_PATH } from '../design/severity-mark.tsx';
import { SEVERITIES, type Severity } from '../live/alert-order.ts';
import type { Sight } from '../live/camera-sight.ts';

const CELL_PX = 96;
const MARGIN_PX = 10;
const GROUND = '#0b1117';

export type MarkIcon = Severity | `${Severity}-hollow` | Sight;

interface Cell {
  x: number;
  y: number;
  width: number;
  height: number;
  mask: false;
}

/** All marks of the map on one canvas, and where each is: the same outlines that the lists show. */
export interface MarkAtlas {
  canvas: HTMLCanvasElement;
  cells: Record<string, Cell>;
  /** The side of a drawing within its cell, whose margin is for the outline. */
  drawnPx: number;
}

/** Draws the marks: filled for what nobody has in hand, hollow for what somebody has. */
export function drawMarkAtlas(): MarkAtlas {
  const drawings: [MarkIcon, (pen: CanvasRenderingContext2D) => void][] = [
    ...SEVERITIES.flatMap((severity): [MarkIcon, (pen: CanvasRenderingContext2D) => void][] => [
      [severity, (pen) => drawFilled(pen, severity)],
      [`${severity}-hollow`, (pen) => drawHollow(pen, severity)],
    ]),
    ['playing', (pen) => drawDisc(pen, 5.4, CAMERA_COLOR, null)],
    ['degraded', drawHalf],
    ['connecting', (pen) => drawDisc(pen, 6, GROUND, CAMERA_COLOR)],
    ['reachable', drawRingedDot],
    ['disabled', (pen) => drawSign(pen, 'M12 7v10')],
    ['unknown', (pen) => drawDisc(pen, 4, GROUND, CAMERA_COLOR)],
    ['offline', (pen) => drawSign(pen, 'M6 18 18 6')],
    ['faulty', (pen) => drawSign(pen, 'M7 12h10')],
  ];
  const canvas = document.createElement('canvas');
  canvas.width = CELL_PX * drawings.length;
  canvas.height = CELL_PX;
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('This browser draws on no canvas');
  const cells: Record<string, Cell> = {};
  drawings.forEach(([name, draw], i) => {
    cells[name] = { x: i * CELL_PX, y: 0, width: CELL_PX, height: CELL_PX, mask: false };
    const scale = (CELL_PX - 2 * MARGIN_PX) / 24;
    pen.setTransform(scale, 0, 0, scale, i * CELL_PX + MARGIN_PX, MARGIN_PX);
    pen.lineJoin = 'round';
    draw(pen);
  });
  return { canvas, cells, drawnPx: CELL_PX - 2 * MARGIN_PX };
}

function drawFilled(pen: CanvasRenderingContext2D, severity: Severity): void {
  const outline = new Path2D(MARK_PATH[severity]);
  stroke(pen, outline, GROUND, 4);
  pen.fillStyle = MARK_COLOR[severity];
  pen.fill(outline);
  if (severity === 'critical') stroke(pen, new Path2D('M12 9v5.4M12 16.6v2.2'), GROUND, 2.4);
}

function drawHollow(pen: CanvasRenderingContext2D, severity: Severity): void {
  const outline = new Path2D(MARK_PATH[severity]);
  stroke(pen, outline, GROUND, 5.6);
  pen.fillStyle = GROUND;
  pen.fill(outline);
  stroke(pen, outline, MARK_COLOR[severity], 2.8);
}

function drawDisc(pen: CanvasRenderingContext2D, radius: number, fill: string, ring: string | null): void {
  const disc = new Path2D();
  disc.arc(12, 12, radius, 0, 2 * Math.PI);
  stroke(pen, disc, GROUND, ring ? 7 : 4);
  pen.fillStyle = fill;
  pen.fill(disc);
  if (ring) stroke(pen, disc, ring, 3);
}

/** It answers, and no picture was taken. */
function drawRingedDot(pen: CanvasRenderingContext2D): void {
  drawDisc(pen, 6.4, GROUND, CAMERA_COLOR);
  const dot = new Path2D();
  dot.arc(12, 12, 2.6, 0, 2 * Math.PI);
  pen.fillStyle = CAMERA_COLOR;
  pen.fill(dot);
}

function drawHalf(pen: CanvasRenderingContext2D): void {
  const ring = new Path2D(DEGRADED_PATH.ring);
  stroke(pen, ring, GROUND, 6.6);
  pen.fillStyle = GROUND;
  pen.fill(ring);
  pen.fillStyle = CAMERA_COLOR;
  pen.fill(new Path2D(DEGRADED_PATH.half));
  stroke(pen, ring, CAMERA_COLOR, 2.8);
}

function drawSign(pen: CanvasRenderingContext2D, bar: string): void {
  const sign = new Path2D();
  sign.arc(12, 12, 8.6, 0, 2 * Math.PI);
  pen.fillStyle = GROUND;
  pen.fill(sign);
  sign.addPath(new Path2D(bar));
  stroke(pen, sign, GROUND, 5.5);
  stroke(pen, sign, MARK_COLOR.offline, 2.8);
}

function stroke(pen: CanvasRenderingContext2D, path: Path2D, color: string, width: number): void {
  pen.strokeStyle = color;
  pen.lineWidth = width;
  pen.stroke(path);
}
