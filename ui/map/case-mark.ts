export const CASE_ICON = 'open-case';
const SIDE_PX = 56;

/** An open case: a folder in outline, as the lists show it. It says that somebody has it in hand, so it has no colour. */
export function drawCaseMark(): ImageData {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIDE_PX;
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('This browser draws on no canvas');
  pen.scale(SIDE_PX / 24, SIDE_PX / 24);
  pen.lineJoin = 'round';
  const folder = new Path2D('M3.5 6.5h6l2 2.5h9v9.5h-17z');
  pen.strokeStyle = '#0b1117';
  pen.lineWidth = 5;
  pen.stroke(folder);
  pen.fillStyle = '#18242f';
  pen.fill(folder);
  pen.strokeStyle = '#e6edf4';
  pen.lineWidth = 1.8;
  pen.stroke(folder);
  return pen.getImageData(0, 0, SIDE_PX, SIDE_PX);
}
