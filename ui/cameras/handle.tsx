import type { CSSProperties, KeyboardEvent, PointerEvent, ReactNode } from 'react';
import type { Point } from '#engine/contract/homography.ts';

interface HandleProps {
  /** Where it stands within what it lies on: CSS lengths or percentages. */
  left: string;
  top: string;
  label: string;
  className?: string;
  testId?: string;
  /** May it be moved and deleted? */
  fixed?: boolean;
  /** Shown and dragged, but passed over by Tab: the keyboard has another way. */
  mouseOnly?: boolean;
  onFocus?: () => void;
  /** Dragged to a point of the window, CSS pixels; `act` names the drag. */
  onDrag: (client: Point, act: string) => void;
  /** Moved by arrow keys: steps to the right and down, large ones with Shift. */
  onStep?: (steps: Point, large: boolean) => void;
  onInsert?: () => void;
  onDelete?: () => void;
  onPress?: () => void;
  children?: ReactNode;
}

const ARROWS: Record<string, Point> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

let drags = 0;

/** A point that can be dragged, and moved, added to and deleted by keys. */
export function Handle(props: HandleProps): ReactNode {
  const { left, top, label, className = '', fixed = false, mouseOnly = false } = props;
  const onPointerDown = (down: PointerEvent<HTMLButtonElement>) => {
    if (down.button !== 0) return;
    down.stopPropagation();
    props.onPress?.();
    if (fixed) return;
    const button = down.currentTarget;
    button.setPointerCapture(down.pointerId);
    const act = `drag-${++drags}`;
    const { left, top, width, height } = button.getBoundingClientRect();
    // It keeps the distance to the pointer that it was taken hold of at.
    const off: Point = [left + width / 2 - down.clientX, top + height / 2 - down.clientY];
    let begun = false;
    button.onpointermove = ({ clientX, clientY }) => {
      begun ||= Math.hypot(clientX - down.clientX, clientY - down.clientY) > 2;
      if (begun) props.onDrag([clientX + off[0], clientY + off[1]], act);
    };
    button.onpointerup = button.onpointercancel = () => {
      button.onpointermove = null;
    };
  };
  const onKeyDown = (press: KeyboardEvent) => {
    if (fixed || press.ctrlKey || press.metaKey || press.altKey) return;
    const arrow = ARROWS[press.key];
    if (arrow) props.onStep?.(arrow, press.shiftKey);
    else if (press.key === 'Insert') props.onInsert?.();
    else if (press.key === 'Delete' || press.key === 'Backspace') props.onDelete?.();
    else return;
    press.preventDefault();
    press.stopPropagation();
  };
  return (
    <button
      type="button"
      className={`handle ${className}`}
      style={{ left, top } as CSSProperties}
      aria-label={label}
      data-testid={props.testId}
      tabIndex={mouseOnly ? -1 : 0}
      aria-hidden={mouseOnly || undefined}
      onFocus={props.onFocus}
      onPointerDown={onPointerDown}
      onClick={(click) => click.stopPropagation()}
      onKeyDown={onKeyDown}
    >
      {props.children}
    </button>
  );
}
