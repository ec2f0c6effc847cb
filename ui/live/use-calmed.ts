import { useEffect, useState } from 'react';

/** The value, at most one new one in `everyMs`: for what is asked of the server anew whenever it changes. */
export function useCalmed<T>(value: T, everyMs: number): T {
  const [calmed, setCalmed] = useState({ value, atMs: performance.now() });
  useEffect(() => {
    if (Object.is(value, calmed.value)) return;
    const take = () => setCalmed({ value, atMs: performance.now() });
    const timer = setTimeout(take, Math.max(0, calmed.atMs + everyMs - performance.now()));
    return () => clearTimeout(timer);
  }, [value, calmed, everyMs]);
  return calmed.value;
}
