import { type FormEvent, type ReactNode, useState } from 'react';
import { Dialog } from '../design/dialog.tsx';
import { Glyph } from '../design/glyph.tsx';
import { measureUnitPx } from '../design/room.ts';
import { chooseScale, scaleFromViewing, stepScale, useScale } from '../design/scale.ts';
import { TextField } from '../design/text-field.tsx';
import { useWords } from '../words/words.ts';

/** How large everything is: by steps, or from how far away the screen is looked at. */
export function SizeDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useWords();
  const scale = useScale();
  const [distanceM, setDistanceM] = useState('3');
  const [pitchMm, setPitchMm] = useState('');
  const [wrong, setWrong] = useState(false);
  const apply = (happening: FormEvent) => {
    happening.preventDefault();
    const bad = !(Number(distanceM) > 0 && Number(pitchMm) > 0);
    setWrong(bad);
    if (!bad)
      chooseScale(scaleFromViewing(Number(distanceM), Number(pitchMm), (measureUnitPx() * devicePixelRatio) / scale));
  };
  const invalid = (value: string) => (wrong && !(Number(value) > 0) ? t('size.invalid') : null);
  return (
    <Dialog title={t('size.title')} onClose={onClose}>
      <p className="quiet-line">{t('size.what')}</p>
      <div className="size-steps">
        <button
          type="button"
          className="button icon"
          aria-label={t('size.smaller')}
          onClick={() => chooseScale(stepScale(scale, -1))}
        >
          <Glyph name="minus" />
        </button>
        <output>{Math.round(scale * 100)}%</output>
        <button
          type="button"
          className="button icon"
          aria-label={t('size.larger')}
          onClick={() => chooseScale(stepScale(scale, 1))}
        >
          <Glyph name="plus" />
        </button>
        <button type="button" className="button plain" onClick={() => chooseScale(1)}>
          {t('size.reset')}
        </button>
      </div>
      <form className="size-viewing" onSubmit={apply} noValidate>
        <h3>{t('size.viewing')}</h3>
        <p className="quiet-line">{t('size.viewingWhat')}</p>
        <TextField
          label={t('size.distance')}
          type="number"
          value={distanceM}
          onChange={setDistanceM}
          wrong={invalid(distanceM)}
        />
        <TextField
          label={t('size.pitch')}
          type="number"
          value={pitchMm}
          onChange={setPitchMm}
          wrong={invalid(pitchMm)}
        />
        <button type="submit" className="button">
          {t('size.apply')}
        </button>
      </form>
    </Dialog>
  );
}
