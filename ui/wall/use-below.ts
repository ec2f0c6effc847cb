import { type RefObject, useEffect, useState } from 'react';

/**
 * How many options of a list lie below what it shows now, so that nobody takes the visible ones for all.
 * @param listed changes when the options do
 */
export function useBelow(list: RefObject<HTMLElement | null>, listed: string): number {
  const [below, setBelow] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is listed is not read but changes what is measured
  useEffect(() => {
    const box = list.current;
    if (!box) return setBelow(0);
    const count = () => {
      const bottom = box.getBoundingClientRect().bottom;
      const scrolls = box.scrollHeight > box.clientHeight + 1;
      const options = scrolls ? [...box.querySelectorAll('[role="option"]')] : [];
      setBelow(options.filter((option) => option.getBoundingClientRect().bottom > bottom + 2).length);
    };
    count();
    const resized = new ResizeObserver(count);
    resized.observe(box);
    box.addEventListener('scroll', count, { passive: true });
    return () => {
      resized.disconnect();
      box.removeEventListener('scroll', count);
    };
  }, [list, listed]);
  return below;
}
