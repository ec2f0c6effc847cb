import type { ReactNode } from 'react';
import { ShadowAlert } from '#engine/contract/rollout.ts';
import { ProblemNote } from '../../design/problem-note.tsx';
import { listOf } from '../../live/ask.ts';
import { useDesk } from '../../live/use-live.ts';
import { sayMoment } from '../../words/say.ts';
import { useWords } from '../../words/words.ts';
import { useRead } from '../use-read.ts';

const SHADOWS = listOf(ShadowAlert);
const FOLLOWS_EVERY_MS = 10_000;
const SHOWN = 24;

/** What it would have raised, with the picture; those that the other version did not raise come first. */
export function ShadowStrip({ versionId }: { versionId: string }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const { found, problem } = useRead(SHADOWS, `/api/algorithm-versions/${versionId}/shadow-alerts`, FOLLOWS_EVERY_MS);
  const items = found?.items.toSorted((a, b) => Number(a.alertId !== null) - Number(b.alertId !== null)) ?? [];
  return (
    <section>
      <h3>{t('rollout.shadowAlerts')}</h3>
      <p className="quiet-line">{t('rollout.shadowHint')}</p>
      {problem && <ProblemNote problem={problem} kept={found !== null} />}
      {found && items.length === 0 && <p className="quiet-line">{t('rollout.nothingRaised')}</p>}
      <ul className="rollout-shadows">
        {items.slice(0, SHOWN).map((one) => (
          <li key={one.id} data-testid="shadow-alert">
            <ShadowPicture alert={one} />
            <span>
              {one.cameraName} · {t(`rule.${one.rule}`)}
            </span>
            <small className="quiet-line">
              {sayMoment(one.raisedAt, site.timeZone)} · {one.confidence.toFixed(2)} ·{' '}
              {t(one.alertId === null ? 'rollout.aloneHere' : 'rollout.bothHere')}
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}

function ShadowPicture({ alert: { id, boxes, hasPicture, cameraName } }: { alert: ShadowAlert }): ReactNode {
  const { t } = useWords();
  if (!hasPicture) return <p className="no-picture quiet-line">{t('rollout.noPicture')}</p>;
  return (
    <figure>
      <img
        src={`/api/shadow-alerts/${id}/picture.jpg`}
        alt={t('rollout.pictureOf', { camera: cameraName })}
        loading="lazy"
      />
      {boxes.map(({ xyxy: [left, top, right, bottom] }) => (
        <i
          key={`${left} ${top}`}
          style={{
            left: `${100 * left}%`,
            top: `${100 * top}%`,
            width: `${100 * (right - left)}%`,
            height: `${100 * (bottom - top)}%`,
          }}
        />
      ))}
    </figure>
  );
}
