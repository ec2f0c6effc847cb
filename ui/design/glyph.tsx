import type { ReactNode } from 'react';

const PATHS = {
  close: 'M6 6l12 12M18 6 6 18',
  sound: 'M4 9.5v5h3.5L12 18V6L7.5 9.5zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a7.8 7.8 0 0 1 0 11',
  silence: 'M4 9.5v5h3.5L12 18V6L7.5 9.5zM16 9.5l5 5M21 9.5l-5 5',
  quiet: 'M6.5 17V11a5.5 5.5 0 0 1 8.4-4.7M17.5 10.5V17M4.5 17h13.2M10 20h4M4 4l16 16',
  size: 'M3 19 8 6l5 13M4.7 14.6h6.6M14.5 19l3-7.6 3 7.6M15.5 16.4h4',
  keys: 'M3.5 7h17v10h-17zM7 10.5h.01M10.5 10.5h.01M14 10.5h.01M17 10.5h.01M8 14h8',
  out: 'M10 4H5v16h5M14 8l4 4-4 4M18 12H9',
  menu: 'M4 7h16M4 12h16M4 17h16',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  home: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  up: 'M12 19V5.5M6 11.5l6-6 6 6',
  turn: 'M12 3v18M3 12h18M9.5 5.5 12 3l2.5 2.5M9.5 18.5 12 21l2.5-2.5M5.5 9.5 3 12l2.5 2.5M18.5 9.5 21 12l-2.5 2.5',
  check: 'M5 12.5 10 17.5 19.5 7',
  cross: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8.8 8.8l6.4 6.4M15.2 8.8l-6.4 6.4',
  folder: 'M3.5 6h6l2 2.5h9V18.5h-17zM12 11v5M9.5 13.5h5',
  back: 'M15 5l-7 7 7 7',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6z',
  gone: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM4 20 20 4',
  camera: 'M4 8h3.5L9 5.5h6L16.5 8H20v11H4zM12 10a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4z',
  grid: 'M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z',
  whole: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5',
  area: 'M5 6.5 15 4l5 9-8 7-8-5zM5 6.5v.1M15 4v.1M20 13v.1M12 20v.1M4 15v.1',
  layers: 'M12 4 3 9l9 5 9-5zM3 13.5l9 5 9-5',
  link: 'M9.5 14.5l5-5M8 11l-2.5 2.5a3.5 3.5 0 0 0 5 5L13 16M16 13l2.5-2.5a3.5 3.5 0 0 0-5-5L11 8',
  zone: 'M5 7l9-3 6 8-5 8-9-3zM5 7h.01M14 4h.01M20 12h.01M15 20h.01M6 17h.01',
  play: 'M7 4.5v15l12-7.5z',
  pause: 'M8 5v14M16 5v14',
  earlier: 'M18 5 9 12l9 7zM5.5 5v14',
  later: 'M6 5l9 7-9 7zM18.5 5v14',
  rewind: 'M4.6 9A8 8 0 1 1 4 13M4 4.5V9h4.5M12 8v4.5l3 2',
  bell: 'M6.5 17V11a5.5 5.5 0 0 1 11 0v6M4.5 17h15M10 20h4M12 3v2',
  notice: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v6M12 7.4v.1',
} as const;

export type GlyphName = keyof typeof PATHS;

/** A line drawing beside or instead of a word; whoever uses it alone names its button. */
export function Glyph({ name }: { name: GlyphName }): ReactNode {
  return (
    <svg className="glyph" viewBox="0 0 24 24" aria-hidden="true">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.9"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
