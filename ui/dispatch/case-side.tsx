import type { ReactNode } from 'react';
import type { Case, LikelyDuplicate } from '#engine/contract/case.ts';
import { dispatchAddress, follow } from '../addresses.ts';
import { useAlert, useDesk } from '../live/use-live.ts';
import { EvidencePicture } from '../pictures/evidence.tsx';
import { sayDuration, sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import { useClassName } from './class-name.ts';

/** A case by its picture, its place and its words. */
export function CaseSide({ one, title, linked = false }: { one: Case; title: string; linked?: boolean }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const nameOf = useClassName();
  const { entity: alert } = useAlert(one.alertIds[0] ?? null);
  const evidence = alert?.evidence.find(({ moment }) => moment === 'onset') ?? alert?.evidence[0];
  const note = one.entries[0]?.note;
  return (
    <div className="side">
      {evidence ? (
        <EvidencePicture evidence={evidence} severity={one.severity} small />
      ) : (
        <p className="no-picture">{t('caseLoop.noPicture')}</p>
      )}
      <p>
        {linked ? (
          <a href={dispatchAddress(one.id)} onClick={follow}>
            {title}
          </a>
        ) : (
          <strong>{title}</strong>
        )}{' '}
        {nameOf(one)}
      </p>
      <p className="quiet-line">
        {one.cameraName} · {sayMoment(one.openedAt, site.timeZone)}
      </p>
      {note && <p className="quiet-line">{note}</p>}
    </div>
  );
}

/** How near another case is, how much earlier or later it was opened, and who brought it up. */
export function HowLikely({
  likely: { distanceM, ageMs, sameClass, case: other },
}: {
  likely: LikelyDuplicate;
}): ReactNode {
  const { t, language } = useWords();
  const span = sayDuration(Math.abs(ageMs), language);
  const age = Math.abs(ageMs) < 1000 ? 'caseLoop.sameTime' : ageMs < 0 ? 'caseLoop.earlier' : 'caseLoop.later';
  return (
    <p className="likely">
      {t('caseLoop.distance', { metres: Math.round(distanceM) })} · {t(age, { span })}
      {!sameClass && ` · ${t('caseLoop.otherClass')}`} · {t(`caseLoop.source.${other.source}`)}
    </p>
  );
}
