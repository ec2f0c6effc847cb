import type { ReactNode } from 'react';
import { follow, poolAddress } from '../addresses.ts';
import { Glyph } from '../design/glyph.tsx';
import { ProblemNote } from '../design/problem-note.tsx';
import { Header } from '../header/header.tsx';
import { useCamera } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';
import { CameraDesk } from './camera-desk.tsx';
import './cameras.css';

/** One camera: its zones and how its picture lies on the ground. */
export function CameraPage({ id }: { id: string }): ReactNode {
  const { t } = useWords();
  const { entity: camera, problem } = useCamera(id);
  return (
    <div className="camera-page">
      <Header />
      {camera ? (
        <CameraDesk key={camera.id} camera={camera} />
      ) : (
        <main className="not-there">
          <a className="button plain" href={poolAddress()} onClick={follow}>
            <Glyph name="back" /> {t('calibration.back')}
          </a>
          {problem ? <ProblemNote problem={problem} /> : <p className="quiet-line">{t('loading')}</p>}
        </main>
      )}
    </div>
  );
}
