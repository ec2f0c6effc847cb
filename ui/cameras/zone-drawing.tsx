import type { ReactNode } from 'react';
import type { Point } from '#engine/contract/homography.ts';
import { polygonFault } from '#engine/contract/polygon.ts';
import { useWords } from '../words/words.ts';
import type { Zone } from './draft.ts';
import { Handle } from './handle.tsx';
import type { BoardFrame } from './picture-board.tsx';
import { useZoneNames } from './zone-names.ts';

interface ZoneDrawingProps {
  frame: BoardFrame;
  zones: readonly Zone[];
  selected: number | null;
  /** The corners of the zone that is being drawn; null: none is. */
  drawing: readonly [number, number][] | null;
  cursor: Point | null;
  editable: boolean;
  onSelect: (index: number) => void;
  onChange: (index: number, polygon: [number, number][], act?: string) => void;
  onFinish: () => void;
}

const percent = (share: number): string => `${(share * 100).toFixed(3)}%`;
const pointsOf = (polygon: readonly Point[]): string => polygon.map(([x, y]) => `${x},${y}`).join(' ');
export const FEWEST_CORNERS = 3;
export const MOST_CORNERS = 64;

/** The zones over the picture; those of the selected one can be moved, added to and deleted. */
export function ZoneDrawing(props: ZoneDrawingProps): ReactNode {
  const { frame, zones, selected, drawing, cursor, editable } = props;
  const names = useZoneNames(zones);
  const zone = selected === null ? undefined : zones[selected];
  const rubber = drawing && cursor ? [...drawing, cursor] : drawing;
  return (
    <>
      <svg className="drawn" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
        {zones.map(({ polygon }, i) => (
          <g
            // biome-ignore lint/suspicious/noArrayIndexKey: a zone is known by its place among the others
            key={i}
            className={i === selected ? 'zone selected' : 'zone'}
            data-fault={polygonFault(polygon) ?? undefined}
            data-testid="drawn-zone"
            onPointerDown={() => drawing === null && props.onSelect(i)}
          >
            <polygon className="halo" points={pointsOf(polygon)} />
            <polygon className="line" points={pointsOf(polygon)} />
          </g>
        ))}
        {rubber && rubber.length > 0 && (
          <g className="zone rubber" data-fault={(rubber.length > 3 && polygonFault(rubber)) || undefined}>
            <polygon className="halo" points={pointsOf(rubber)} />
            <polygon className="line" points={pointsOf(rubber)} />
          </g>
        )}
      </svg>
      {zones.map(({ polygon }, i) => {
        const [x, y] = polygon.reduce((top, point) => (point[1] < top[1] ? point : top));
        return (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: a zone is known by its place among the others
            key={i}
            className="zone-name"
            style={x > 0.75 ? { right: percent(1 - x), top: percent(y) } : { left: percent(x), top: percent(y) }}
          >
            {names[i]}
          </span>
        );
      })}
      {drawing?.map(([x, y], i) => (
        <Handle
          key={`${x},${y}`}
          left={percent(x)}
          top={percent(y)}
          label={String(i + 1)}
          className="corner"
          testId="drawing-corner"
          fixed
          mouseOnly
          onDrag={() => undefined}
          onPress={() => i === 0 && drawing.length >= FEWEST_CORNERS && props.onFinish()}
        />
      ))}
      {zone && selected !== null && drawing === null && editable && (
        <Corners
          frame={frame}
          name={names[selected] ?? ''}
          polygon={zone.polygon}
          onChange={(polygon, act) => props.onChange(selected, polygon, act)}
        />
      )}
    </>
  );
}

interface CornersProps {
  frame: BoardFrame;
  name: string;
  polygon: readonly [number, number][];
  onChange: (polygon: [number, number][], act?: string) => void;
}

function Corners({ frame: { sizePx, shareOf }, name, polygon, onChange }: CornersProps): ReactNode {
  const { t } = useWords();
  const moved = (i: number, to: [number, number]) => polygon.map((corner, k) => (k === i ? to : corner));
  const inserted = (i: number, at: [number, number]) => [...polygon.slice(0, i + 1), at, ...polygon.slice(i + 1)];
  const middle = (i: number): [number, number] => {
    const [a, b] = [polygon[i]!, polygon[(i + 1) % polygon.length]!];
    return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  };
  const within = (value: number) => Math.min(1, Math.max(0, value));
  const full = polygon.length >= MOST_CORNERS;
  return (
    <>
      {polygon.map(([x, y], i) => (
        <Handle
          // biome-ignore lint/suspicious/noArrayIndexKey: a corner is known by its place in the polygon; its focus stays
          key={i}
          left={percent(x)}
          top={percent(y)}
          label={t('calibration.corner', { zone: name, number: i + 1, count: polygon.length })}
          className="corner"
          testId="corner"
          onDrag={(client, act) => onChange(moved(i, shareOf(client)), act)}
          onStep={([right, down], large) => {
            const px = large ? 10 : 1;
            const to: [number, number] = [within(x + (right * px) / sizePx[0]), within(y + (down * px) / sizePx[1])];
            onChange(moved(i, to), `step-${i}`);
          }}
          onInsert={() => full || onChange(inserted(i, middle(i)))}
          onDelete={() => polygon.length > FEWEST_CORNERS && onChange(polygon.filter((_, k) => k !== i))}
        />
      ))}
      {!full &&
        polygon.map((_, i) => {
          const [x, y] = middle(i);
          return (
            <Handle
              // biome-ignore lint/suspicious/noArrayIndexKey: as above
              key={`middle-${i}`}
              left={percent(x)}
              top={percent(y)}
              label={t('calibration.addPoint')}
              className="middle"
              testId="middle"
              mouseOnly
              fixed
              onPress={() => onChange(inserted(i, [x, y]))}
              onDrag={() => undefined}
            />
          );
        })}
    </>
  );
}
