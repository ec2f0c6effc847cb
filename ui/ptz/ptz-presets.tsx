import { type FormEvent, type ReactNode, useCallback, useEffect, useState } from 'react';
import type { Problem } from '#engine/contract/problem.ts';
import { PtzPreset, PtzPresetList } from '#engine/contract/ptz.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { TextField } from '../design/text-field.tsx';
import { useAction } from '../design/use-action.ts';
import { ask, asProblem, post, request } from '../live/ask.ts';
import { useDesk } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';
import { ptzPath } from './use-ptz.ts';

interface PtzPresetsProps {
  cameraId: string;
  /** Whether the camera may be sent to one now. */
  enabled: boolean;
  /** What turns is let go first. */
  onCall: () => void;
}

/** The presets that the camera keeps: called by who has it, saved by who may edit it. */
export function PtzPresets({ cameraId, enabled, onCall }: PtzPresetsProps): ReactNode {
  const { t } = useWords();
  const { account } = useDesk();
  const [presets, setPresets] = useState<PtzPreset[] | null>(null);
  const [failed, setFailed] = useState<Problem | null>(null);
  const [chosen, setChosen] = useState('');
  const [name, setName] = useState('');
  const read = useCallback(
    (signal?: AbortSignal) => {
      setFailed(null);
      ask(PtzPresetList, ptzPath(cameraId, 'presets'), signal ? { signal } : {}).then(
        ({ items }) => setPresets(items),
        (error) => signal?.aborted || setFailed(asProblem(error)),
      );
    },
    [cameraId],
  );
  useEffect(() => {
    const stop = new AbortController();
    read(stop.signal);
    return () => stop.abort();
  }, [read]);
  const call = useAction(async () => {
    onCall();
    await request(ptzPath(cameraId, `presets/${encodeURIComponent(chosen)}/go`), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
  });
  const save = useAction(async () => {
    const same = presets?.find((preset) => preset.name === name.trim());
    const body = { name: name.trim(), ...(same && { token: same.token }) };
    const saved = await post(PtzPreset, ptzPath(cameraId, 'presets'), body);
    setName('');
    setChosen(saved.token);
    read();
  });
  const onSave = (happening: FormEvent) => {
    happening.preventDefault();
    if (name.trim() !== '') save.start();
  };
  const problem = call.problem ?? save.problem;
  return (
    <div className="ptz-presets">
      {failed && (
        <>
          <ProblemNote problem={failed} />
          <button type="button" className="button" onClick={() => read()}>
            {t('retry')}
          </button>
        </>
      )}
      {!failed && presets === null && <p className="quiet-line">{t('loading')}</p>}
      {presets?.length === 0 && <p className="quiet-line">{t('ptz.noPresets')}</p>}
      {presets && presets.length > 0 && (
        <div className="field">
          <label htmlFor={`ptz-preset-${cameraId}`}>{t('ptz.presets')}</label>
          <div className="beside">
            <select
              id={`ptz-preset-${cameraId}`}
              value={chosen}
              disabled={!enabled}
              onChange={(happening) => setChosen(happening.target.value)}
            >
              <option value="" disabled>
                {t('ptz.choosePreset')}
              </option>
              {presets.map((preset) => (
                <option key={preset.token} value={preset.token}>
                  {preset.name}
                </option>
              ))}
            </select>
            <button
              type="button"
              className="button"
              data-testid="ptz-go"
              disabled={!enabled || chosen === '' || call.busy}
              onClick={call.start}
            >
              {t('ptz.go')}
            </button>
          </div>
        </div>
      )}
      {account.roles.includes('administrator') && enabled && (
        <form className="beside" onSubmit={onSave}>
          <TextField label={t('ptz.presetName')} value={name} onChange={setName} maxLength={60} />
          <button type="submit" className="button" disabled={name.trim() === '' || save.busy}>
            {t('ptz.save')}
          </button>
        </form>
      )}
      {problem && <ProblemNote problem={problem} />}
    </div>
  );
}
