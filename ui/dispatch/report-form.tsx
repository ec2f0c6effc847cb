import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Case, NewReport } from '#engine/contract/case.ts';
import { CaseField } from '#engine/contract/patrol.ts';
import { dispatchAddress, go } from '../addresses.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { TextField } from '../design/text-field.tsx';
import { useAction } from '../design/use-action.ts';
import { ask, post } from '../live/ask.ts';
import { useDesk } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';
import { clientId } from './client-id.ts';
import { NearCases } from './near-cases.tsx';
import { useNearCases } from './use-near-cases.ts';

const Severity = Case.shape.severity;

interface ReportFormProps {
  /** The place as it stands in its field, and what it says; null: no place. */
  typed: string;
  lngLat: [number, number] | null;
  onType: (typed: string) => void;
}

/** Class, place and words of what was reported, a photo if there is one; what may be the same thing is told before it is kept. */
export function ReportForm({ typed, lngLat, onType }: ReportFormProps): ReactNode {
  const { t, language } = useWords();
  const { site, live } = useDesk();
  const id = useId();
  const first = useRef<HTMLSelectElement>(null);
  const [ofClass, setOfClass] = useState(0);
  const [severity, setSeverity] = useState<Case['severity']>('minor');
  const [place, setPlace] = useState('');
  const [note, setNote] = useState('');
  const [photo, setPhoto] = useState<File | null>(null);
  // Of one photo, however often it is sent.
  const [photoId] = useState(clientId);
  const file = useRef<HTMLInputElement>(null);
  const [pressed, setPressed] = useState(false);
  const [made, setMade] = useState<Case | null>(null);
  useEffect(() => first.current?.focus(), []);
  const named = site.caseClasses[ofClass];
  const near = useNearCases(named && lngLat ? { codeset: named.codeset, code: named.code, lngLat } : null);
  const isLikely = near.found?.some(({ sameClass }) => sameClass) ?? false;
  const wanted = NewReport.safeParse({
    ...{ source: 'officer', codeset: named?.codeset, code: named?.code, severity, lngLat, place, note },
  });
  const lacks = { place: place.trim() === '', note: note.trim() === '' };
  const { busy, problem, start } = useAction(async () => {
    const one = made ?? (wanted.success ? await post(Case, '/api/case-reports', wanted.data) : null);
    if (!one) return;
    live.take({ kind: 'case', entity: one });
    if (photo) {
      // The case is there, whatever becomes of the photo.
      setMade(one);
      await sendPhoto(one.id, photo, photoId);
    }
    go(dispatchAddress(one.id));
  });
  const isReady = wanted.success && !lacks.note;
  // Sent while cases near by were still looked for: kept once there is none like it, shown if there is.
  const [sent, setSent] = useState(false);
  useEffect(() => {
    if (!sent || near.waiting) return;
    setSent(false);
    if (isReady && !isLikely) start();
  }, [sent, near.waiting, isReady, isLikely, start]);
  const submit = (happening: FormEvent) => {
    happening.preventDefault();
    setPressed(true);
    if (!isReady) return;
    if (near.waiting) setSent(true);
    else start();
  };
  if (made && !busy) {
    return (
      <div className="report-form">
        <p role="status">{t('caseReport.made', { id: made.id })}</p>
        {problem && <ProblemNote problem={problem} />}
        <div className="actions">
          <button type="button" className="button" onClick={() => go(dispatchAddress(made.id))}>
            {t('caseReport.toCase')}
          </button>
          <button type="button" className="button primary" onClick={start}>
            {t('caseReport.photoAgain')}
          </button>
        </div>
      </div>
    );
  }
  return (
    <form className="report-form" aria-labelledby="report-title" onSubmit={submit} noValidate>
      <div className="field">
        <label htmlFor={`${id}-class`}>{t('caseReport.class')}</label>
        <select
          id={`${id}-class`}
          ref={first}
          value={ofClass}
          onChange={({ target }) => setOfClass(Number(target.value))}
        >
          {site.caseClasses.map(({ codeset, code, name }, i) => (
            <option key={`${codeset} ${code}`} value={i}>
              {name[language]} · {codeset} {code}
            </option>
          ))}
        </select>
      </div>
      <div className="field">
        <label htmlFor={`${id}-severity`}>{t('caseReport.severity')}</label>
        <select
          id={`${id}-severity`}
          value={severity}
          onChange={({ target }) => setSeverity(Severity.parse(target.value))}
        >
          {Severity.options.map((one) => (
            <option key={one} value={one}>
              {t(`severity.${one}`)}
            </option>
          ))}
        </select>
      </div>
      <TextField
        label={t('caseReport.at')}
        value={typed}
        onChange={onType}
        required
        maxLength={60}
        wrong={pressed && !lngLat ? t('caseReport.atWrong') : null}
      />
      <TextField
        label={t('caseReport.place')}
        value={place}
        onChange={setPlace}
        required
        maxLength={120}
        wrong={pressed && lacks.place ? t('caseReport.placeNeeded') : null}
      />
      <TextField
        label={t('caseReport.note')}
        value={note}
        onChange={setNote}
        lines={3}
        required
        wrong={pressed && lacks.note ? t('caseReport.noteNeeded') : null}
      />
      <div className="field">
        <label htmlFor={`${id}-photo`}>{t('caseReport.photo')}</label>
        <input
          id={`${id}-photo`}
          ref={file}
          type="file"
          accept="image/jpeg,image/png,image/webp"
          onChange={({ target }) => setPhoto(target.files?.[0] ?? null)}
        />
        {photo && (
          <button
            type="button"
            className="button"
            onClick={() => {
              setPhoto(null);
              if (file.current) file.current.value = '';
            }}
          >
            {t('caseReport.photoAway')}
          </button>
        )}
      </div>
      <NearCases near={near} known={lngLat !== null} />
      {problem && <ProblemNote problem={problem} kept />}
      <div className="actions">
        <button type="submit" className="button primary" disabled={busy || sent} data-testid="make-report">
          {t(isLikely ? 'caseReport.submitAnyway' : 'caseReport.submit')}
        </button>
      </div>
    </form>
  );
}

function sendPhoto(caseId: string, photo: File, id: string): Promise<CaseField> {
  const takenAt = new Date(photo.lastModified).toISOString();
  const asked = new URLSearchParams({ clientId: id, kind: 'report', takenAt });
  return ask(CaseField, `/api/cases/${encodeURIComponent(caseId)}/photos?${asked}`, {
    ...{ method: 'POST', body: photo },
    headers: { 'content-type': photo.type || 'application/octet-stream' },
  });
}
