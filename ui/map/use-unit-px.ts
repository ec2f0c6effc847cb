import { useEffect, useState } from 'react';
import { useScale } from '../design/scale.ts';

/** A phone is held near: its map can be drawn finer than its text. */
const SMALL_SCREEN = 0.78;

/** How many CSS pixels one design pixel (--u) is now, for what is drawn on a canvas. */
export function useUnitPx(): number {
  const scale = useScale();
  const [unitPx, setUnitPx] = useState(measureUnit);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the scale is not read but changes what is measured
  useEffect(() => {
    const measure = () => setUnitPx(measureUnit());
    measure();
    addEventListener('resize', measure);
    return () => removeEventListener('resize', measure);
  }, [scale]);
  return unitPx;
}

function measureUnit(): number {
  const probe = document.createElement('div');
  probe.style.cssText = 'position:absolute;visibility:hidden;width:calc(1000 * var(--u))';
  document.body.append(probe);
  const unitPx = probe.getBoundingClientRect().width / 1000;
  probe.remove();
  const unit = unitPx > 0 ? unitPx : 1;
  return matchMedia('(max-width: 760px)').matches ? unit * SMALL_SCREEN : unit;
}
