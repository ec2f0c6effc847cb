import { type ReactNode, useState, useSyncExternalStore } from 'react';
import { AlgorithmUpload, AlgorithmVersion } from '#engine/contract/algorithm.ts';
import type { Problem } from '#engine/contract/problem.ts';
import { algorithmsAddress, go } from '../addresses.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { useAction } from '../design/use-action.ts';
import { post, request } from '../live/ask.ts';
import { useWords } from '../words/words.ts';
import { InspectionView } from './inspection-view.tsx';
import { QuestionForm } from './question-form.tsx';
import { sayBytes } from './say-bytes.ts';
import { goOn, hasFile, onSendings, pause, sendingOf, sha256Of } from './sending.ts';
import { useRead } from './use-read.ts';

const FOLLOWS_EVERY_MS = 1000;

/** One upload: on its way, being inspected, or inspected and to be answered. */
export function UploadPanel({ id, onChanged }: { id: string; onChanged: () => void }): ReactNode {
  const { t } = useWords();
  const { found: upload, problem, again } = useRead(AlgorithmUpload, `/api/algorithm-uploads/${id}`, FOLLOWS_EVERY_MS);
  if (!upload) {
    return <div className="waiting">{problem ? <ProblemNote problem={problem} /> : <p>{t('loading')}</p>}</div>;
  }
  const { state, inspection } = upload;
  return (
    <>
      <header className="panel-head">
        <div className="what">
          <h2>{upload.fileName}</h2>
          <p className="quiet-line">
            {upload.name} {upload.version} · {sayBytes(upload.bytes)}
          </p>
        </div>
        <span className="chip" data-testid="upload-state" data-state={state}>
          {t(`algorithms.state.${state}`)}
        </span>
      </header>
      <div className="scroll">
        {problem && <ProblemNote problem={problem} kept />}
        {state === 'receiving' && <Receiving upload={upload} onGone={again} />}
        {state === 'inspecting' && (
          <p role="status" className="under-way">
            {t('algorithms.inspecting')}
            <progress aria-label={t('algorithms.inspecting')} />
          </p>
        )}
        {state === 'inspected' && inspection && (
          <>
            <p className={inspection.accepted ? 'verdict' : 'verdict refused'} role="status" data-testid="verdict">
              {t(
                `algorithms.${inspection.accepted ? 'accepted' : inspection.questions.length > 0 ? 'asked' : 'refused'}`,
              )}
            </p>
            <QuestionForm upload={upload} inspection={inspection} onAsked={again} />
            {inspection.accepted && <MakeVersion upload={upload} onChanged={onChanged} />}
            <InspectionView inspection={inspection} samplesAt={`/api/algorithm-uploads/${id}/samples`} />
          </>
        )}
        <Remove upload={upload} onChanged={onChanged} />
      </div>
    </>
  );
}

/** How far it has come; it is paused, and goes on where the server's file ends. */
function Receiving({ upload, onGone }: { upload: AlgorithmUpload; onGone: () => void }): ReactNode {
  const { t } = useWords();
  const sending = useSyncExternalStore(onSendings, () => sendingOf(upload.id));
  const [other, setOther] = useState<Problem | null>(null);
  const [checking, setChecking] = useState<number | null>(null);
  const done = Math.max(sending?.doneBytes ?? 0, upload.offset);
  const share = Math.floor((100 * done) / upload.bytes);
  const facts = { done: sayBytes(done), total: sayBytes(upload.bytes), share };
  const isMoving = sending?.state === 'sending' || sending?.state === 'broken';
  const chosen = async (file: File) => {
    setOther(null);
    const refuse = (message: string) =>
      setOther({ code: 'other-file', message, got: file.name, expected: upload.fileName });
    if (file.size !== upload.bytes)
      return refuse(t('upload.sameSize', { expected: sayBytes(upload.bytes), got: sayBytes(file.size) }));
    const sum = upload.sha256 === null ? null : await sha256Of(file, setChecking);
    setChecking(null);
    if (sum !== upload.sha256) return refuse(t('upload.sameHash'));
    goOn(upload, file);
    onGone();
  };
  return (
    <section className="under-way" data-testid="receiving" data-state={sending?.state ?? 'left'}>
      <p role="status">{isMoving ? t('upload.sending', facts) : t('upload.paused', facts)}</p>
      <progress aria-label={t('upload.progress')} value={done} max={upload.bytes} />
      {sending?.state === 'broken' && <p className="quiet-line">{t('upload.broken')}</p>}
      {sending?.state === 'refused' && sending.problem && <ProblemNote problem={sending.problem} />}
      {isMoving && (
        <button type="button" className="button" onClick={() => pause(upload.id)}>
          {t('upload.pause')}
        </button>
      )}
      {!isMoving && hasFile(upload.id) && (
        <button type="button" className="button primary" onClick={() => goOn(upload)}>
          {t('upload.goOn')}
        </button>
      )}
      {!isMoving && !hasFile(upload.id) && (
        <div className="field">
          <label htmlFor="same-file">
            {t('upload.again', { name: upload.fileName, bytes: sayBytes(upload.bytes) })}
          </label>
          <input
            id="same-file"
            type="file"
            accept=".onnx,.zip"
            onChange={(happening) => {
              const file = happening.target.files?.[0];
              if (file) void chosen(file);
            }}
          />
          {checking !== null && (
            <span className="quiet-line">{t('upload.hashing', { share: Math.floor(100 * checking) })}</span>
          )}
        </div>
      )}
      {other && (
        <div className="problem" role="alert">
          <strong>{t('upload.otherFile')}</strong>
          <p>{other.message}</p>
        </div>
      )}
    </section>
  );
}

function MakeVersion({ upload, onChanged }: { upload: AlgorithmUpload; onChanged: () => void }): ReactNode {
  const { t } = useWords();
  const { busy, problem, start } = useAction(async () => {
    const version = await post(AlgorithmVersion, `/api/algorithm-uploads/${upload.id}/version`, {});
    onChanged();
    go(algorithmsAddress({ version: version.id }));
  });
  return (
    <section className="make-version">
      <p className="quiet-line">{t('algorithms.makeVersionHint')}</p>
      <button type="button" className="button primary" disabled={busy} onClick={start}>
        {t('algorithms.makeVersion')}
      </button>
      {problem && <ProblemNote problem={problem} />}
    </section>
  );
}

function Remove({ upload, onChanged }: { upload: AlgorithmUpload; onChanged: () => void }): ReactNode {
  const { t } = useWords();
  const [sure, setSure] = useState(false);
  const { busy, problem, start } = useAction(async () => {
    pause(upload.id);
    await request(`/api/algorithm-uploads/${upload.id}`, { method: 'DELETE' });
    onChanged();
    go(algorithmsAddress());
  });
  return (
    <p className="remove">
      <button
        type="button"
        className="button plain"
        disabled={busy || upload.state === 'inspecting'}
        onClick={() => (sure ? start() : setSure(true))}
        onBlur={() => setSure(false)}
      >
        {sure ? t('algorithms.removeSure') : t('algorithms.remove')}
      </button>
      {problem && <ProblemNote problem={problem} />}
    </p>
  );
}
