import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { TextField } from '../design/text-field.tsx';
import { useWords } from '../words/words.ts';
import { reportPosts } from './make-post.ts';
import { usePatrol } from './patrol-desk.ts';
import { PhotoButton } from './photo-button.tsx';
import { QueuedPhoto } from './queued-photo.tsx';
import { whereNow } from './whereabouts.ts';

/** A problem that the officer came upon: it becomes a case of its own. */
export function ReportView(): ReactNode {
  const { t } = useWords();
  const { desk, day } = usePatrol();
  const id = useId();
  const rules = day?.site.rules ?? [];
  const [rule, setRule] = useState(rules[0] ?? 'illegal-parking');
  const [place, setPlace] = useState('');
  const [note, setNote] = useState('');
  const [photo, setPhoto] = useState<Blob | null>(null);
  const [pressed, setPressed] = useState(false);
  const [said, setSaid] = useState<'reported' | 'reportNoPlace' | null>(null);
  const submit = async (happening: FormEvent) => {
    happening.preventDefault();
    setPressed(true);
    setSaid(null);
    if (place.trim() === '' || note.trim() === '') return;
    const here = await whereNow();
    if (!here) return setSaid('reportNoPlace');
    await desk.put(await reportPosts({ rule, place: place.trim(), note: note.trim(), lngLat: here.lngLat }, photo));
    setPlace('');
    setNote('');
    setPhoto(null);
    setPressed(false);
    setSaid('reported');
  };
  return (
    <form className="report-view" onSubmit={(happening) => void submit(happening)} noValidate data-testid="report">
      <h1>{t('patrol.reportTitle')}</h1>
      <div className="field">
        <label htmlFor={id}>{t('patrol.reportRule')}</label>
        <select id={id} value={rule} onChange={({ target }) => setRule(target.value as typeof rule)}>
          {rules.map((one) => (
            <option key={one} value={one}>
              {t(`rule.${one}`)}
            </option>
          ))}
        </select>
      </div>
      <TextField
        label={t('patrol.reportPlace')}
        value={place}
        onChange={setPlace}
        required
        maxLength={200}
        wrong={pressed && place.trim() === '' ? t('patrol.needed') : null}
      />
      <TextField
        label={t('patrol.reportNote')}
        value={note}
        onChange={setNote}
        lines={3}
        required
        wrong={pressed && note.trim() === '' ? t('patrol.needed') : null}
      />
      {photo && <QueuedPhoto blob={photo} name={t('patrol.report')} />}
      <PhotoButton name={photo ? t('patrol.retake') : t('patrol.reportPhoto')} onPhoto={setPhoto} />
      <button type="submit" className="button primary wide">
        {t('patrol.reportSubmit')}
      </button>
      {said && <p role="status">{t(`patrol.${said}`)}</p>}
    </form>
  );
}
