import sharp from 'sharp';
import { Lettering } from './lettering.ts';

export interface Watermark {
  widthPx: number;
  heightPx: number;
  /** Who, and when: repeated over the whole picture, and first in the band. */
  who: string;
  /** What: second in the band. */
  what: string;
}

const BAND_SHARE = 0.05;
const LEAST_LETTER_PX = 11;

/**
 * Draws what lies over each picture of a copy, as a PNG of its size that is clear elsewhere: a band at the foot that can be
 * read, and the same name faintly across the picture, so that it cannot be cut off.
 */
export async function drawWatermark({ widthPx, heightPx, who, what }: Watermark): Promise<Buffer> {
  const lettering = new Lettering();
  const letterPx = Math.max(LEAST_LETTER_PX, Math.round(Math.min(widthPx, heightPx) * BAND_SHARE * 0.55));
  const marginPx = letterPx * 0.7;
  const lines = [who, what].map((line) => {
    const written = lettering.write(line, letterPx);
    // A long name is made narrower rather than cut off.
    const fit = Math.min(1, (widthPx - 2 * marginPx) / written.widthPx);
    return { svg: written.svg, fit };
  });
  const lineHeightPx = letterPx * 1.45;
  const bandPx = Math.round(lineHeightPx * lines.length + marginPx * 0.6);
  const across = lettering.write(who, letterPx * 1.3);
  const stepX = across.widthPx + letterPx * 6;
  const stepY = Math.max(heightPx / 3, letterPx * 7);
  const places: string[] = [];
  for (let y = -heightPx, row = 0; y < 2 * heightPx; y += stepY, row++)
    for (let x = -widthPx - (row % 2) * (stepX / 2); x < 2 * widthPx; x += stepX)
      places.push(`<use href="#name" x="0" y="0" transform="translate(${x.toFixed(1)} ${y.toFixed(1)})"/>`);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}">
    <defs><g id="name">${across.svg}</g></defs>
    <g transform="rotate(-24 ${widthPx / 2} ${heightPx / 2})" fill="#fff" stroke="#000" opacity="0.13">${places.join('')}</g>
    <rect x="0" y="${heightPx - bandPx}" width="${widthPx}" height="${bandPx}" fill="#05080b" fill-opacity="0.62"/>
    <g fill="#fff" stroke="#fff">${lines
      .map(({ svg: line, fit }, i) => {
        const baselinePx = heightPx - bandPx + marginPx * 0.3 + lineHeightPx * (i + 0.75);
        return `<g transform="translate(${marginPx} ${baselinePx}) scale(${fit} 1)">${line}</g>`;
      })
      .join('')}</g>
  </svg>`;
  return sharp(Buffer.from(svg), { unlimited: true }).png().toBuffer();
}
