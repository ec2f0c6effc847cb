import { type ReactNode, useId, useState } from 'react';
import type { Camera } from '#engine/contract/camera.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { useDesk } from '../live/use-live.ts';
import { ActDialog } from '../wall/act-dialog.tsx';
import { sayClock } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import './ptz.css';
import { PtzPad } from './ptz-pad.tsx';
import { PtzPresets } from './ptz-presets.tsx';
import { usePtz } from './use-ptz.ts';

const SPEEDS = 5;
const MAY_TURN = ['operator', 'dispatcher', 'administrator'] as const;

/** Turns a camera: who has it, the pad, the speed, the presets. */
export function PtzPanel({ camera }: { camera: Camera }): ReactNode {
  const { t } = useWords();
  const { account, site } = useDesk();
  const ptz = usePtz(camera);
  const [speed, setSpeed] = useState(3);
  const [takingOver, setTakingOver] = useState(false);
  const speedId = useId();
  const { lease, mine } = ptz;
  const may = MAY_TURN.some((role) => account.roles.includes(role));
  const state = mine ? 'mine' : lease ? 'other' : 'free';
  const since = lease ? sayClock(lease.since, site.timeZone) : '';
  return (
    <section className="ptz-panel" aria-label={t('ptz.label')} data-testid="ptz-panel" data-state={state}>
      <p className={state === 'free' ? 'quiet-line' : ''} role="status">
        {state === 'mine' && t('ptz.mine', { since })}
        {state === 'other' && t('ptz.held', { by: lease?.by ?? '', since })}
        {state === 'free' && (may ? t('ptz.free') : t('ptz.mayNot'))}
      </p>
      {may && (
        <div className="actions">
          {state === 'free' && (
            <button type="button" className="button primary" disabled={ptz.busy} onClick={() => void ptz.take()}>
              {t('ptz.take')}
            </button>
          )}
          {state === 'mine' && (
            <button type="button" className="button" disabled={ptz.busy} onClick={ptz.giveBack}>
              {t('ptz.giveBack')}
            </button>
          )}
          {state === 'other' && account.roles.includes('administrator') && (
            <button type="button" className="button" disabled={ptz.busy} onClick={() => setTakingOver(true)}>
              {t('ptz.takeOver')}
            </button>
          )}
        </div>
      )}
      {ptz.problem && <ProblemNote problem={ptz.problem} />}
      <PtzPad turning={ptz.turning} speed={speed / SPEEDS} enabled={mine} />
      <div className="field">
        <label htmlFor={speedId}>{t('ptz.speed', { speed, most: SPEEDS })}</label>
        <input
          id={speedId}
          type="range"
          min={1}
          max={SPEEDS}
          step={1}
          value={speed}
          disabled={!mine}
          onChange={(happening) => setSpeed(Number(happening.target.value))}
        />
      </div>
      {may && <PtzPresets cameraId={camera.id} enabled={mine} onCall={() => ptz.turning.stop()} />}
      <p className="quiet-line">{mine ? t('ptz.keys') : t('ptz.pauses')}</p>
      {takingOver && (
        <ActDialog
          title={t('ptz.takeOverTitle', { camera: camera.name })}
          what={t('ptz.takeOverWhat', { by: lease?.by ?? '' })}
          label={t('ptz.reason')}
          submit={t('ptz.takeOverSubmit')}
          needed={t('ptz.reasonNeeded')}
          run={(reason) => ptz.take(reason)}
          onClose={() => setTakingOver(false)}
        />
      )}
    </section>
  );
}
