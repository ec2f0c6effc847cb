import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { Camera } from '#engine/contract/camera.ts';
import { Dialog } from '../design/dialog.tsx';
import { ProblemNote } from '../design/problem-note.tsx';
import { useAction } from '../design/use-action.ts';
import { post } from '../live/ask.ts';
import { sightOf, viewName } from '../live/camera-sight.ts';
import { useDesk, useIsPast } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';
import { CurrentPicture } from './current-picture.tsx';

/** Where a camera's view has moved: who sets cameras may say that what it shows now is the view, with the zones as they are. */
export function AcceptView({ camera }: { camera: Camera }): ReactNode {
  const { t } = useWords();
  const { account } = useDesk();
  const [open, setOpen] = useState(false);
  const moved = sightOf(camera) === 'faulty' && camera.pictureFault?.code === 'view-moved';
  // The server denies it to anyone else; they are not offered it.
  const mayAccept = account.roles.includes('administrator');
  const past = useIsPast();
  if (past || (!open && !(moved && mayAccept))) return null;
  return (
    <>
      <button type="button" className="button accept-view" data-testid="accept-view" onClick={() => setOpen(true)}>
        {t('acceptView.open')}
      </button>
      {open && <AcceptViewDialog camera={camera} onClose={() => setOpen(false)} />}
    </>
  );
}

function AcceptViewDialog({ camera, onClose }: { camera: Camera; onClose: () => void }): ReactNode {
  const { t } = useWords();
  const whichId = useId();
  const [viewId, setViewId] = useState(camera.views[0]!.id);
  const zones = camera.views.find(({ id }) => id === viewId)?.zones ?? [];
  const { busy, problem, start } = useAction(async () => {
    const path = `/api/cameras/${encodeURIComponent(camera.id)}/views/${encodeURIComponent(viewId)}/accept`;
    await post(Camera, path, {});
    onClose();
  });
  const onSubmit = (happening: FormEvent) => {
    happening.preventDefault();
    start();
  };
  const names = zones.map(({ kind, name }) => name ?? t(`zone.${kind}`));
  return (
    <Dialog title={t('acceptView.title', { camera: camera.name })} onClose={onClose} wide>
      <form className="act" onSubmit={onSubmit}>
        {camera.views.length > 1 && (
          <div className="field">
            <label htmlFor={whichId}>{t('acceptView.which')}</label>
            <select id={whichId} value={viewId} onChange={({ target }) => setViewId(target.value)}>
              {camera.views.map(({ id }) => (
                <option key={id} value={id}>
                  {viewName(camera, id, t('camera.defaultView'))}
                </option>
              ))}
            </select>
          </div>
        )}
        <CurrentPicture camera={camera} zones={zones} />
        <p className="quiet-line">
          {zones.length === 0 ? t('acceptView.noZones') : t('acceptView.zones', { names: names.join(' · ') })}
        </p>
        <p>{t('acceptView.what')}</p>
        <p>
          <strong>{t('acceptView.check')}</strong>
        </p>
        {problem && <ProblemNote problem={problem} />}
        <div className="actions">
          <button type="button" className="button plain" data-focus-first="" onClick={onClose}>
            {t('cancel')}
          </button>
          <button type="submit" className="button primary" disabled={busy}>
            {t('acceptView.submit')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
