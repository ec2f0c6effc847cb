import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { create, type Font } from 'fontkit';

const PACKAGE = 'noto-sans-sc';
/** The outlines are those of the thinnest weight: a line around them makes them fit to be read over a picture. */
const STROKE_EM = 0.05;

/** Text as outlines: the machine need not have a font that knows Chinese. */
export class Lettering {
  readonly #folder: string;
  readonly #subsets: { file: string; ranges: [from: number, to: number][] }[];
  readonly #fonts = new Map<string, Font>();

  constructor() {
    const require = createRequire(import.meta.url);
    this.#folder = dirname(require.resolve(`@fontsource-variable/${PACKAGE}/package.json`));
    const unicode: Record<string, string> = JSON.parse(readFileSync(join(this.#folder, 'unicode.json'), 'utf8'));
    this.#subsets = Object.entries(unicode).map(([name, ranges]) => ({
      file: `${PACKAGE}-${name.replace(/[[\]]/g, '')}-wght-normal.woff2`,
      ranges: ranges.split(',').map((range) => {
        const [from, to] = range.replace('U+', '').split('-');
        return [Number.parseInt(from!, 16), Number.parseInt(to ?? from!, 16)];
      }),
    }));
  }

  /** The text as an SVG group whose baseline begins at 0, 0; and how wide it is. Without a glyph a character is a box. */
  write(text: string, sizePx: number): { svg: string; widthPx: number } {
    let advance = 0;
    const paths: string[] = [];
    for (const character of text) {
      const glyph = this.#fontOf(character.codePointAt(0)!).glyphForCodePoint(character.codePointAt(0)!);
      const outline = glyph.path.toSVG();
      if (outline) paths.push(`<path transform="translate(${advance} 0)" d="${outline}"/>`);
      advance += glyph.advanceWidth;
    }
    const perEm = this.#fontOf(0x41).unitsPerEm;
    const scale = sizePx / perEm;
    return {
      svg: `<g transform="scale(${scale} ${-scale})" stroke-width="${perEm * STROKE_EM}">${paths.join('')}</g>`,
      widthPx: advance * scale,
    };
  }

  #fontOf(codePoint: number): Font {
    const subset =
      this.#subsets.find(({ ranges }) => ranges.some(([from, to]) => codePoint >= from && codePoint <= to)) ??
      this.#subsets.at(-1)!;
    let font = this.#fonts.get(subset.file);
    if (!font) {
      font = create(readFileSync(join(this.#folder, 'files', subset.file))) as Font;
      this.#fonts.set(subset.file, font);
    }
    return font;
  }
}
