import { useEffect, useRef } from 'react';

/**
 * Single keys that act on the page. Not while a dialog is open, nor while a person types, nor with a modifier held.
 * Keys are named in lower case and count in either.
 */
export function useKeys(acts: Record<string, (press: KeyboardEvent) => void>): void {
  const latest = useRef(acts);
  latest.current = acts;
  useEffect(() => {
    const onPress = (press: KeyboardEvent) => {
      if (press.defaultPrevented || press.ctrlKey || press.metaKey || press.altKey || press.isComposing) return;
      if (document.querySelector('dialog[open]') || isTyping(press.target)) return;
      const act = latest.current[press.key.toLowerCase()];
      if (!act) return;
      press.preventDefault();
      act(press);
    };
    addEventListener('keydown', onPress);
    return () => removeEventListener('keydown', onPress);
  }, []);
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
