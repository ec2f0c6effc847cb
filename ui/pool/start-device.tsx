import { type FormEvent, type ReactNode, useState } from 'react';
import { CameraImport, NewOnvifImport } from '#engine/contract/camera-import.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { TextField } from '../design/text-field.tsx';
import { useAction } from '../design/use-action.ts';
import { post } from '../live/ask.ts';
import { useWords } from '../words/words.ts';
import { CrsField } from './crs-field.tsx';

const EMPTY = { url: '', username: '', password: '', name: '', id: '', lng: '', lat: '', crs: '' };

/** What a device must be told to be asked for its channels. What does not fit is said at its field. */
export function StartDevice({ onMade }: { onMade: (made: CameraImport) => void }): ReactNode {
  const { t } = useWords();
  const [filled, setFilled] = useState(EMPTY);
  const set = (name: keyof typeof EMPTY) => (value: string) => setFilled((before) => ({ ...before, [name]: value }));
  const { lng, lat, ...rest } = filled;
  const degrees = (text: string) => (text.trim() === '' ? Number.NaN : Number(text));
  const read = NewOnvifImport.safeParse({ ...rest, url: rest.url.trim(), lngLat: [degrees(lng), degrees(lat)] });
  const wrongAt = new Set(read.success ? [] : read.error.issues.map(({ path }) => path.join('.')));
  const wrong = (name: string, value: string, said: string) => (value !== '' && wrongAt.has(name) ? said : null);
  const { busy, problem, start } = useAction(async () => {
    if (read.success) onMade(await post(CameraImport, '/api/camera-imports/onvif', read.data));
  });
  const onSubmit = (happening: FormEvent) => {
    happening.preventDefault();
    start();
  };
  return (
    <form className="start-device" onSubmit={onSubmit} noValidate data-testid="start-device">
      <p>{t('imports.deviceWhat')}</p>
      <TextField
        label={t('imports.deviceUrl')}
        value={filled.url}
        onChange={set('url')}
        wrong={wrong('url', filled.url, t('imports.deviceUrlWrong'))}
        required
      />
      <div className="pair">
        <TextField label={t('imports.deviceUser')} value={filled.username} onChange={set('username')} />
        <TextField
          label={t('imports.devicePassword')}
          value={filled.password}
          onChange={set('password')}
          type="password"
          autoComplete="new-password"
        />
        <TextField
          label={t('imports.deviceName')}
          value={filled.name}
          onChange={set('name')}
          maxLength={100}
          required
        />
        <TextField
          label={t('imports.deviceId')}
          value={filled.id}
          onChange={set('id')}
          wrong={wrong('id', filled.id, t('imports.deviceIdWrong'))}
          required
        />
      </div>
      <p className="quiet-line">{t('imports.devicePlace')}</p>
      <div className="pair">
        <TextField
          label={t('imports.deviceLng')}
          value={lng}
          onChange={set('lng')}
          wrong={wrong('lngLat.0', lng, t('imports.devicePlaceWrong'))}
          required
        />
        <TextField
          label={t('imports.deviceLat')}
          value={lat}
          onChange={set('lat')}
          wrong={wrong('lngLat.1', lat, t('imports.devicePlaceWrong'))}
          required
        />
      </div>
      <CrsField crs={filled.crs} onCrs={set('crs')} />
      {problem && <ProblemNote problem={problem} kept />}
      <div className="actions">
        <button type="submit" className="button primary" disabled={!read.success || busy}>
          {t('imports.start')}
        </button>
      </div>
    </form>
  );
}
