import { type ReactNode, useRef, useState } from 'react';

interface PhotoButtonProps {
  name: string;
  primary?: boolean;
  testId?: string;
  onPhoto: (photo: Blob) => Promise<void> | void;
}

/** Opens the phone's camera; a browser without one takes a file. */
export function PhotoButton({ name, primary = false, testId, onPhoto }: PhotoButtonProps): ReactNode {
  const file = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  return (
    <>
      <button
        type="button"
        className={primary ? 'button primary' : 'button'}
        disabled={busy}
        onClick={() => file.current?.click()}
      >
        {name}
      </button>
      <input
        ref={file}
        type="file"
        accept="image/jpeg,image/png,image/webp"
        capture="environment"
        hidden
        data-testid={testId}
        onChange={async ({ target }) => {
          const photo = target.files?.[0];
          target.value = '';
          if (!photo) return;
          setBusy(true);
          await onPhoto(photo);
          setBusy(false);
        }}
      />
    </>
  );
}
