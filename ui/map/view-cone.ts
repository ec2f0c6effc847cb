/** Fields of view that have a drawing; a camera's own is shown as the nearest of them. */
export const CONE_WIDTHS_DEG = [30, 60, 90, 120] as const;

const SIDE_PX = 192;
const REACH_PX = 88;

/** A camera's field of view, seen from above and pointing north, fading with the distance. */
export function drawCone(widthDeg: (typeof CONE_WIDTHS_DEG)[number]): ImageData {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIDE_PX;
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('This browser draws on no canvas');
  const centre = SIDE_PX / 2;
  const half = (widthDeg / 2) * (Math.PI / 180);
  const north = -Math.PI / 2;
  const light = pen.createRadialGradient(centre, centre, 12, centre, centre, REACH_PX);
  light.addColorStop(0, 'rgb(159 176 193 / 0.42)');
  light.addColorStop(1, 'rgb(159 176 193 / 0.04)');
  pen.beginPath();
  pen.moveTo(centre, centre);
  pen.arc(centre, centre, REACH_PX, north - half, north + half);
  pen.closePath();
  pen.fillStyle = light;
  pen.fill();
  pen.lineWidth = 1.5;
  pen.strokeStyle = 'rgb(159 176 193 / 0.5)';
  pen.stroke();
  return pen.getImageData(0, 0, SIDE_PX, SIDE_PX);
}
