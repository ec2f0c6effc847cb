import { type ReactNode, useState } from 'react';
import { Camera, hasRules } from '#engine/contract/camera.ts';
import type { PoolCamera } from '#engine/contract/camera-pool.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { useAction } from '../design/use-action.ts';
import { ask, request } from '../live/ask.ts';
import { useDesk } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';

/** Whether a camera is in service, and how it is known how it is; an administrator changes the one and hurries the other. */
export function CameraDuty({ found: { camera, hasStream } }: { found: PoolCamera }): ReactNode {
  const { t } = useWords();
  const { account } = useDesk();
  const path = `/api/cameras/${encodeURIComponent(camera.id)}`;
  const disabled = camera.disabled === true;
  const isAsked = !disabled && !hasRules(camera);
  const [queued, setQueued] = useState(false);
  const turn = useAction(async () => {
    await ask(Camera, path, json('PATCH', { disabled: !disabled }));
  });
  const hurry = useAction(async () => {
    await request(`${path}/probe`, json('POST', {}));
    setQueued(true);
  });
  return (
    <div className="camera-duty">
      {disabled && <p role="status">{t('service.disabled')}</p>}
      {isAsked && <p className="quiet-line">{hasStream ? t('service.probed') : t('service.noStream')}</p>}
      {account.roles.includes('administrator') && (
        <div className="actions">
          {isAsked && hasStream && (
            <button type="button" className="button" disabled={hurry.busy} onClick={hurry.start}>
              {queued ? t('service.asked') : t('service.askNow')}
            </button>
          )}
          <button type="button" className="button" disabled={turn.busy} onClick={turn.start}>
            {disabled ? t('service.enable') : t('service.disable')}
          </button>
        </div>
      )}
      {(turn.problem ?? hurry.problem) && <ProblemNote problem={(turn.problem ?? hurry.problem)!} />}
    </div>
  );
}

const json = (method: string, body: unknown): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
