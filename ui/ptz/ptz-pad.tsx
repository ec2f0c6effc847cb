import { type CSSProperties, type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useRef } from 'react';
import { Glyph } from '../design/glyph.tsx';
import { useWords } from '../words/words.ts';
import type { Turning } from './turning.ts';

const DIRECTIONS = [
  ['up-left', -1, 1],
  ['up', 0, 1],
  ['up-right', 1, 1],
  ['left', -1, 0],
  null,
  ['right', 1, 0],
  ['down-left', -1, -1],
  ['down', 0, -1],
  ['down-right', 1, -1],
] as const;
const ZOOMS = [
  ['zoom-out', -1],
  ['zoom-in', 1],
] as const;

const LEFT = { pan: -1, tilt: 0, zoom: 0 };
const RIGHT = { pan: 1, tilt: 0, zoom: 0 };
const UP = { pan: 0, tilt: 1, zoom: 0 };
const DOWN = { pan: 0, tilt: -1, zoom: 0 };
const NEARER = { pan: 0, tilt: 0, zoom: 1 };
const FARTHER = { pan: 0, tilt: 0, zoom: -1 };
/** Two names of one key do the same: which of them goes up depends on when Shift does. */
const KEYS: Record<string, typeof LEFT> = {
  ArrowLeft: LEFT,
  ArrowRight: RIGHT,
  ArrowUp: UP,
  ArrowDown: DOWN,
  '+': NEARER,
  '=': NEARER,
  '-': FARTHER,
  _: FARTHER,
};
/** Who listens instead of looking presses a button at once: it turns a little. */
const NUDGE_MS = 400;
/** Where the arrow of each direction points, clockwise from up. */
const ANGLE_DEG: Record<string, number> = {
  up: 0,
  'up-right': 45,
  right: 90,
  'down-right': 135,
  down: 180,
  'down-left': 225,
  left: 270,
  'up-left': 315,
};

interface PtzPadProps {
  turning: Turning;
  /** A share of the greatest speed. */
  speed: number;
  enabled: boolean;
}

/** Eight directions and two ways to zoom: held by finger, mouse or key, and over when let go. */
export function PtzPad({ turning, speed, enabled }: PtzPadProps): ReactNode {
  const { t } = useWords();
  const held = useRef(new Set<typeof LEFT>());
  const goByKeys = () => {
    const along = (axis: keyof typeof LEFT) => [...held.current].reduce((sum, key) => sum + key[axis], 0) * speed;
    turning.go({ pan: along('pan'), tilt: along('tilt'), zoom: along('zoom') });
  };
  const letGo = () => {
    held.current.clear();
    turning.stop();
  };
  useEffect(() => {
    if (enabled) return;
    held.current.clear();
    turning.stop();
  }, [enabled, turning]);
  const onKeyDown = (press: KeyboardEvent) => {
    const key = KEYS[press.key];
    if (press.ctrlKey || press.metaKey || press.altKey || !key) return;
    press.preventDefault();
    press.stopPropagation();
    if (!enabled || press.repeat) return;
    held.current.add(key);
    goByKeys();
  };
  const onKeyUp = (press: KeyboardEvent) => {
    const key = KEYS[press.key];
    if (key && held.current.delete(key)) goByKeys();
  };
  const button = (name: `dir.${string}`, pan: number, tilt: number, zoom: number, inside: ReactNode) => {
    const go = () => turning.go({ pan: pan * speed, tilt: tilt * speed, zoom: zoom * speed });
    const said = t(`ptz.${name}` as 'ptz.dir.up');
    return (
      <button
        key={name}
        type="button"
        className="button icon"
        // The pad is one stop of the Tab key; its keys do what the buttons do.
        tabIndex={-1}
        disabled={!enabled}
        aria-label={said}
        title={said}
        onPointerDown={(press: PointerEvent<HTMLButtonElement>) => {
          if (press.button !== 0) return;
          press.currentTarget.setPointerCapture(press.pointerId);
          go();
        }}
        onPointerUp={letGo}
        onPointerCancel={letGo}
        onLostPointerCapture={letGo}
        onContextMenu={(press) => press.preventDefault()}
        onClick={(press) => {
          if (press.detail !== 0) return;
          go();
          setTimeout(letGo, NUDGE_MS);
        }}
      >
        {inside}
      </button>
    );
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset takes no focus, and this takes the arrow keys
    <div
      className="ptz-pad"
      role="group"
      data-testid="ptz-pad"
      tabIndex={enabled ? 0 : -1}
      aria-disabled={!enabled}
      aria-label={t('ptz.pad')}
      aria-keyshortcuts="ArrowUp ArrowDown ArrowLeft ArrowRight + -"
      onKeyDown={onKeyDown}
      onKeyUp={onKeyUp}
      onBlur={(left) => {
        if (!left.currentTarget.contains(left.relatedTarget)) letGo();
      }}
    >
      <div className="directions">
        {DIRECTIONS.map((direction) => {
          if (direction === null) return <span key="middle" className="middle" aria-hidden="true" />;
          const [name, pan, tilt] = direction;
          const turned = { '--angle': `${ANGLE_DEG[name]}deg` } as CSSProperties;
          return button(
            `dir.${name}`,
            pan,
            tilt,
            0,
            <span className="arrow" style={turned}>
              <Glyph name="up" />
            </span>,
          );
        })}
      </div>
      <div className="zooms">
        {ZOOMS.map(([name, zoom]) => button(`dir.${name}`, 0, 0, zoom, <Glyph name={zoom > 0 ? 'plus' : 'minus'} />))}
      </div>
    </div>
  );
}
