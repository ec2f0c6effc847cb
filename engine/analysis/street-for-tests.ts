import type { Detector, Pixels } from '#models/detector.ts';
import type { Region } from './regions.ts';
import type { Looked } from './watched-region.ts';

export interface Thing {
  label: 'car' | 'person';
  /** Pixels of the picture. */
  xyxy: [left: number, top: number, right: number, bottom: number];
  luma?: number;
}

const CLASSES = [
  { label: 'person', group: 'person', threshold: 0.35 },
  { label: 'car', group: 'vehicle', threshold: 0.35 },
];

/** A painted street and a detector that finds what is whole or half in the part it is shown, if it is large enough there. */
export class PaintedStreet implements Looked {
  readonly widthPx: number;
  readonly heightPx: number;
  things: Thing[] = [];
  noise = 0;
  /** The parts that the detector was shown since this was emptied. */
  looks: Region[] = [];
  readonly detector: Detector;
  #partOf = new Map<Pixels, Region>();
  #pictures = 0;

  constructor(widthPx: number, heightPx: number, input: { width: number; height: number }, leastInputPx = 0) {
    this.widthPx = widthPx;
    this.heightPx = heightPx;
    this.detector = {
      identity: { name: 'painted', version: '0.0.0', sha256: '' },
      labels: CLASSES.map(({ label }) => label),
      classes: CLASSES,
      inputPx: input,
      runsOn: { provider: 'cpu', refusal: null },
      lastTiming: { inferenceMs: 0, decodeMs: 0 },
      close: async () => undefined,
      detect: async (pixels, out) => {
        const part = this.#partOf.get(pixels) ?? { leftPx: 0, topPx: 0, widthPx, heightPx };
        this.looks.push(part);
        out.count = 0;
        for (const { label, xyxy } of this.things) {
          const left = Math.max(0, xyxy[0] - part.leftPx);
          const top = Math.max(0, xyxy[1] - part.topPx);
          const right = Math.min(part.widthPx, xyxy[2] - part.leftPx);
          const bottom = Math.min(part.heightPx, xyxy[3] - part.topPx);
          if (((right - left) * input.width) / part.widthPx < Math.max(1, leastInputPx) || bottom <= top) continue;
          out.boxesXyxyPx.set([left, top, right, bottom], 4 * out.count);
          out.scores[out.count] = 0.8;
          out.classIds[out.count] = label === 'car' ? 1 : 0;
          out.count++;
        }
      },
    };
  }

  crop(part: Region): Pixels {
    const view: Pixels = { widthPx: part.widthPx, heightPx: part.heightPx, writeRgb: () => undefined };
    this.#partOf.set(view, part);
    return view;
  }

  writeRgb(): void {}

  writeGray(out: Buffer, widthPx: number, heightPx: number): void {
    this.#pictures++;
    for (let i = 0; i < out.length; i++) out[i] = 90 + this.noise * ((((i + this.#pictures) * 7919) % 11) / 11);
    const x = widthPx / this.widthPx;
    const y = heightPx / this.heightPx;
    for (const { xyxy, luma = 200 } of this.things) {
      for (let row = Math.floor(xyxy[1] * y); row < Math.ceil(xyxy[3] * y); row++)
        out.fill(luma, row * widthPx + Math.floor(xyxy[0] * x), row * widthPx + Math.ceil(xyxy[2] * x));
    }
  }
}
