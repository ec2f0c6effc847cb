import type { CSSProperties, ReactNode } from 'react';

interface ShownBox {
  name: string;
  xyxyPx: readonly [number, number, number, number];
  crowd?: boolean;
}

interface BoxedPictureProps {
  src: string;
  alt: string;
  widthPx: number;
  heightPx: number;
  boxes: readonly ShownBox[];
  /** What of it was judged. */
  crop?: readonly [number, number, number, number] | null;
  /** In a grid of many: no names on the boxes. */
  small?: boolean;
}

/** A picture with boxes drawn over it; of a crowd, and what was judged, with dashes. */
export function BoxedPicture(props: BoxedPictureProps): ReactNode {
  const { src, alt, widthPx, heightPx, boxes, crop = null, small = false } = props;
  return (
    <div className="boxed-picture" style={{ '--w': widthPx, '--h': heightPx } as CSSProperties}>
      <img src={src} alt={alt} loading="lazy" />
      <svg viewBox={`0 0 ${widthPx} ${heightPx}`} preserveAspectRatio="none" aria-hidden="true">
        {crop && <rect className="crop" {...rectOf(crop)} />}
        {boxes.map(({ name, xyxyPx, crowd }) => (
          <rect key={`${name} ${xyxyPx}`} className={crowd ? 'crowd' : 'box'} {...rectOf(xyxyPx)} />
        ))}
      </svg>
      {!small &&
        boxes.map(({ name, xyxyPx }) => (
          <span
            key={`${name} ${xyxyPx}`}
            className="box-name"
            style={{ left: `${(100 * xyxyPx[0]) / widthPx}%`, top: `${(100 * xyxyPx[1]) / heightPx}%` }}
          >
            {name}
          </span>
        ))}
    </div>
  );
}

const rectOf = ([left, top, right, bottom]: readonly [number, number, number, number]) => ({
  x: left,
  y: top,
  width: Math.max(0, right - left),
  height: Math.max(0, bottom - top),
});
