import { type CSSProperties, type ReactNode, useState } from 'react';
import type { Alert, Evidence as EvidenceOf } from '#engine/contract/alert.ts';
import { MARK_COLOR } from '../design/severity-mark.tsx';
import type { Severity } from '../live/alert-order.ts';
import { useDesk } from '../live/use-live.ts';
import { sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import { ClipVideo } from './clip-video.tsx';
import { MediaCopy } from './media-copy.tsx';
import './pictures.css';

type Moment = EvidenceOf['moment'];
const MOMENTS: readonly Moment[] = ['first-seen', 'onset', 'latest'];
/** What can be chosen: a picture, or the clip, of which at least is said why there is none. */
const TABS = [...MOMENTS, 'clip'] as const;
type Tab = (typeof TABS)[number];

/** The alert's evidence: one tab for each moment, its picture with the very boxes found in it; and one for the clip. */
export function Evidence({ alert }: { alert: Alert }): ReactNode {
  const { t } = useWords();
  const [chosen, setChosen] = useState<Tab>('onset');
  const has = (tab: Tab) => tab === 'clip' || alert.evidence.some((evidence) => evidence.moment === tab);
  const shown = has(chosen) ? chosen : (MOMENTS.find(has) ?? chosen);
  const evidence = alert.evidence.find((one) => one.moment === shown);
  const step = (by: number) => {
    const choices = TABS.filter(has);
    const next = choices[(choices.indexOf(shown) + by + choices.length) % choices.length];
    if (!next) return;
    setChosen(next);
    document.getElementById(tabId(alert, next))?.focus();
  };
  return (
    <section className="evidence" aria-label={t('panel.evidence')}>
      <div className="tabs" role="tablist" aria-label={t('panel.evidence')}>
        {TABS.map((one) => (
          <button
            key={one}
            id={tabId(alert, one)}
            type="button"
            role="tab"
            aria-selected={one === shown}
            aria-controls={`evidence-${alert.id}`}
            tabIndex={one === shown ? 0 : -1}
            disabled={!has(one)}
            title={has(one) ? undefined : t('panel.noEvidence')}
            onClick={() => setChosen(one)}
            onKeyDown={(press) => {
              if (press.key === 'ArrowRight') step(1);
              if (press.key === 'ArrowLeft') step(-1);
            }}
          >
            {one === 'clip' ? t('clip.tab') : t(`panel.moment.${one}`)}
          </button>
        ))}
      </div>
      <div id={`evidence-${alert.id}`} role="tabpanel" aria-labelledby={tabId(alert, shown)}>
        {shown === 'clip' ? (
          <>
            <ClipVideo alert={alert} />
            {alert.clip?.state === 'ready' && <MediaCopy alert={alert} wanted={{ what: 'clip', moment: 'onset' }} />}
          </>
        ) : evidence ? (
          <>
            <EvidencePicture key={evidence.moment} evidence={evidence} severity={alert.severity} />
            <MediaCopy key={`copy ${shown}`} alert={alert} wanted={{ what: 'picture', moment: shown }} />
          </>
        ) : (
          <div className="stage">
            <p className="no-picture">{t('panel.noEvidence')}</p>
          </div>
        )}
      </div>
    </section>
  );
}

const tabId = (alert: Alert, moment: Tab): string => `evidence-${alert.id}-${moment}`;

interface EvidencePictureProps {
  evidence: EvidenceOf;
  severity: Severity;
  /** Small, in a list: no names on the boxes, no time below. */
  small?: boolean;
}

/** One kept picture with its boxes drawn over it, so that neither hides the other for good. */
export function EvidencePicture({ evidence, severity, small = false }: EvidencePictureProps): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const [failed, setFailed] = useState(false);
  const [near, setNear] = useState(false);
  const { widthPx, heightPx, boxes, capturedAt } = evidence;
  const at = sayMoment(capturedAt, site.timeZone);
  const address = `${evidence.url}${evidence.url.includes('?') ? '&' : '?'}at=${encodeURIComponent(capturedAt)}`;
  const alt = t('panel.evidenceAlt', { moment: t(`panel.moment.${evidence.moment}`), count: boxes.length, at });
  const shape = {
    '--w': widthPx,
    '--h': heightPx,
    '--box': MARK_COLOR[severity],
    ...(near && nearTo(boxes[0])),
  } as CSSProperties;
  return (
    <figure className={small ? 'evidence-picture small' : 'evidence-picture'}>
      <div className="stage">
        <div className={near ? 'frame near' : 'frame'} style={shape}>
          {failed ? (
            <p className="no-picture">{t('panel.pictureMissing')}</p>
          ) : (
            <img src={address} alt={alt} onError={() => setFailed(true)} />
          )}
          <svg viewBox={`0 0 ${widthPx} ${heightPx}`} preserveAspectRatio="none" aria-hidden="true">
            {boxes.map(({ xyxy: [left, top, right, bottom] }, i) => {
              const box = {
                x: left * widthPx,
                y: top * heightPx,
                width: Math.max(0, right - left) * widthPx,
                height: Math.max(0, bottom - top) * heightPx,
              };
              const key = `${left},${top},${right},${bottom}`;
              return (
                <g key={key} className={i === 0 ? 'thing' : 'support'}>
                  <rect {...box} className="halo" />
                  <rect {...box} className="line" />
                </g>
              );
            })}
          </svg>
          {!small &&
            boxes.map(({ xyxy: [left, top, right], class: name, score }) => (
              <span
                key={`${left},${top},${name}`}
                className={top < 0.1 ? 'box-name inside' : 'box-name'}
                style={
                  left > 0.7
                    ? { right: percent(1 - right), top: percent(top) }
                    : { left: percent(left), top: percent(top) }
                }
              >
                {name} {score.toFixed(2)}
              </span>
            ))}
        </div>
        {!small && !failed && boxes.length > 0 && (
          <button type="button" className="button near-button" aria-pressed={near} onClick={() => setNear(!near)}>
            {near ? t('panel.wholePicture') : t('panel.nearPicture')}
          </button>
        )}
      </div>
      {!small && <figcaption>{t('panel.capturedAt', { at })}</figcaption>}
    </figure>
  );
}

/** How far to go near to a box, and to where, so that it fills a good part of the picture. */
function nearTo(box: EvidenceOf['boxes'][number] | undefined): Record<string, number> {
  if (!box) return {};
  const [left, top, right, bottom] = box.xyxy;
  const zoom = Math.min(6, Math.max(1.5, 0.45 / Math.max(right - left, bottom - top, 0.01)));
  return { '--zoom': zoom, '--cx': (left + right) / 2, '--cy': (top + bottom) / 2 };
}

const percent = (share: number): string => `${(share * 100).toFixed(2)}%`;
