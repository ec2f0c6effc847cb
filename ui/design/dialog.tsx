import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useWords } from '../words/words.ts';
import { Glyph } from './glyph.tsx';

interface DialogProps {
  title: string;
  onClose: () => void;
  wide?: boolean;
  children: ReactNode;
}

/** A modal dialog of the browser's own: it holds the focus, Escape closes it, and the focus returns to where it was. */
export function Dialog({ title, onClose, wide = false, children }: DialogProps): ReactNode {
  const { t } = useWords();
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const before = document.activeElement;
    const dialog = ref.current;
    dialog?.showModal();
    dialog?.querySelector<HTMLElement>('[data-focus-first]')?.focus();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      className={wide ? 'dialog wide' : 'dialog'}
      aria-labelledby={titleId}
      onCancel={(happening) => {
        happening.preventDefault();
        onClose();
      }}
      onClose={() => ref.current?.open || onClose()}
    >
      <header>
        <h2 id={titleId}>{title}</h2>
        <button type="button" className="button plain icon" aria-label={t('close')} onClick={onClose}>
          <Glyph name="close" />
        </button>
      </header>
      <div className="body">{children}</div>
    </dialog>
  );
}
