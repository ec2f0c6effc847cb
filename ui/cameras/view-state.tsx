import type { ReactNode } from 'react';
import { type Camera, isOnline } from '#engine/contract/camera.ts';
import { FaultMark } from '../design/severity-mark.tsx';
import { viewName } from '../live/camera-sight.ts';
import { AcceptView } from '../pictures/accept-view.tsx';
import { useWords } from '../words/words.ts';

/** Whether the picture is one of the view that is worked on. */
export function ViewState({ camera, viewId }: { camera: Camera; viewId: string }): ReactNode {
  const { t } = useWords();
  const { currentViewId, pictureFault, state } = camera;
  const moved = pictureFault?.code === 'view-moved';
  const unknown = currentViewId === null || !isOnline(state);
  const said = moved ? 'moved' : unknown ? 'unknown' : currentViewId === viewId ? 'here' : 'elsewhere';
  const view = currentViewId === null ? '' : viewName(camera, currentViewId, t('camera.defaultView'));
  return (
    <div className="view-state" data-testid="view-state" data-state={said}>
      <p className={said === 'here' ? 'quiet-line' : ''} role="status">
        {(moved || said === 'elsewhere') && <FaultMark label="" />} {t(`calibration.viewState.${said}`, { view })}
      </p>
      <AcceptView camera={camera} />
    </div>
  );
}
