import { type CSSProperties, type ReactNode, useState } from 'react';
import type { Case } from '#engine/contract/case.ts';
import type { CaseCheck, CheckPart } from '#engine/contract/case-check.ts';
import { Glyph } from '../design/glyph.tsx';
import { MARK_COLOR } from '../design/severity-mark.tsx';
import { useDesk } from '../live/use-live.ts';
import { sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';

const GLYPHS = { gone: 'check', 'still-there': 'eye', unclear: 'gone' } as const;

/** What the cameras of a case saw when they looked again: the last time that it was handled, before and now side by side. */
export function CaseChecks({ one }: { one: Case }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const check = one.checks.at(-1);
  if (!check) return null;
  const { outcome, reason, until } = check;
  return (
    <section
      className="case-check"
      aria-labelledby="case-check-title"
      data-testid="case-check"
      data-outcome={outcome ?? ''}
    >
      <h3 id="case-check-title">{t('caseLoop.title')}</h3>
      <p className={outcome === 'still-there' ? 'verdict still' : 'verdict'} role="status">
        {outcome && <Glyph name={GLYPHS[outcome]} />}
        {outcome ? (
          <strong>{t(`caseLoop.outcome.${outcome}`)}</strong>
        ) : (
          <span>
            {until ? t('caseLoop.looking', { at: sayMoment(until, site.timeZone) }) : t('caseLoop.overtaken')}
          </span>
        )}
        {reason && <span>{t(`caseLoop.reason.${reason}`)}</span>}
      </p>
      {check.parts.map((part) => (
        <Pair key={part.alertId} check={check} part={part} color={MARK_COLOR[one.severity]} />
      ))}
    </section>
  );
}

function Pair({ check, part, color }: { check: CaseCheck; part: CheckPart; color: string }): ReactNode {
  const { t } = useWords();
  const { cameraName, before, now, outcome, reason } = part;
  const place = before?.boxes[0]?.xyxy;
  return (
    <div className="check-pair">
      {check.parts.length > 1 && (
        <p className="quiet-line">
          {cameraName} · {t(`caseLoop.outcome.${outcome}`)}
          {reason && ` · ${t(`caseLoop.reason.${reason}`)}`}
        </p>
      )}
      <Picture title={t('caseLoop.before')} picture={before} place={place} color={color} />
      <Picture title={t('caseLoop.now')} picture={now} place={place} color={color} />
    </div>
  );
}

interface PictureProps {
  title: string;
  picture: { capturedAt: string; widthPx: number; heightPx: number; url: string } | null;
  /** The place that is compared, drawn in both. */
  place: readonly [number, number, number, number] | undefined;
  color: string;
}

function Picture({ title, picture, place, color }: PictureProps): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const [failed, setFailed] = useState(false);
  if (!picture || failed) {
    return (
      <figure className="check-picture">
        <p className="no-picture">{t('caseLoop.noPicture')}</p>
        <figcaption>{title}</figcaption>
      </figure>
    );
  }
  const { capturedAt, widthPx, heightPx, url } = picture;
  const at = sayMoment(capturedAt, site.timeZone);
  return (
    <figure className="check-picture">
      <div className="frame" style={{ aspectRatio: `${widthPx} / ${heightPx}`, '--box': color } as CSSProperties}>
        <img src={url} alt={`${title} ${at}`} onError={() => setFailed(true)} />
        {place && (
          <svg viewBox={`0 0 ${widthPx} ${heightPx}`} preserveAspectRatio="none" aria-hidden="true">
            <rect
              x={place[0] * widthPx}
              y={place[1] * heightPx}
              width={(place[2] - place[0]) * widthPx}
              height={(place[3] - place[1]) * heightPx}
            />
          </svg>
        )}
      </div>
      <figcaption>
        {title} <time dateTime={capturedAt}>{at}</time>
      </figcaption>
    </figure>
  );
}
