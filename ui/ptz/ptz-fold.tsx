import { type ReactNode, useState } from 'react';
import type { Camera } from '#engine/contract/camera.ts';
import { Glyph } from '../design/glyph.tsx';
import { useWords } from '../words/words.ts';
import { PtzLine } from './ptz-line.tsx';
import { PtzPanel } from './ptz-panel.tsx';

/** Who turns a camera, and the control behind a button: until that is pressed the device is asked nothing. */
export function PtzFold({ camera }: { camera: Camera }): ReactNode {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  if (camera.ptz === null) return null;
  return (
    <>
      <PtzLine camera={camera} />
      <button
        type="button"
        className="button"
        data-testid="ptz-open"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Glyph name="turn" /> {t('ptz.open')}
      </button>
      {open && <PtzPanel camera={camera} />}
    </>
  );
}
