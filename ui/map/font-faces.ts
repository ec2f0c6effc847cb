import unicode from '@fontsource-variable/noto-sans-sc/unicode.json';

const files = import.meta.glob<string>(
  '../../node_modules/@fontsource-variable/noto-sans-sc/files/*-wght-normal.woff2',
  {
    query: '?url',
    import: 'default',
    eager: true,
  },
);

/** The name the map's style calls the font by. */
export const MAP_FONT = 'Noto Sans SC Variable';

/**
 * The font of the page as MapLibre `font-faces`: its files with the code points each covers, so that the map draws
 * hanzi without a glyph server and loads only the files that the labels need.
 */
export function mapFontFaces(): Record<string, { url: string; 'unicode-range': string[] }[]> {
  const ranges: Record<string, string> = unicode;
  const faces = Object.entries(files).flatMap(([path, url]) => {
    const subset = /noto-sans-sc-(.+)-wght-normal\.woff2$/.exec(path)?.[1] ?? '';
    const range = ranges[subset] ?? ranges[`[${subset}]`];
    return range
      ? [{ url: new URL(url, location.href).href, 'unicode-range': range.split(',').map((part) => part.trim()) }]
      : [];
  });
  return { [MAP_FONT]: faces };
}
