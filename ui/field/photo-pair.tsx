import type { ReactNode } from 'react';
import type { CasePhoto, PhotoKind } from '#engine/contract/patrol.ts';
import { sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import { useSayMetres } from './say-metres.ts';

interface PhotoPairProps {
  photos: readonly CasePhoto[];
  timeZone: string;
  addressOf: (photoId: string) => string;
  /** What stands for a photo that is not there, or not sent. */
  instead?: (kind: PhotoKind) => ReactNode;
}

/** 处置前 and 处置后 side by side: the last of each, with where and when it was taken and what is odd about that. */
export function PhotoPair({ photos, timeZone, addressOf, instead }: PhotoPairProps): ReactNode {
  const { t } = useWords();
  return (
    <div className="photo-pair" data-testid="photo-pair">
      {(['before', 'after'] as const).map((kind) => {
        const photo = photos.findLast((one) => one.kind === kind);
        return (
          <figure key={kind} data-kind={kind} data-there={photo !== undefined}>
            {photo ? (
              <a href={addressOf(photo.id)} target="_blank" rel="noreferrer">
                <img
                  src={addressOf(photo.id)}
                  alt={t(`patrol.${kind}`)}
                  width={photo.widthPx}
                  height={photo.heightPx}
                />
              </a>
            ) : (
              (instead?.(kind) ?? <p className="no-photo">{t('patrol.noPhoto')}</p>)
            )}
            <figcaption>
              <strong>{t(`patrol.${kind}`)}</strong>
              {photo && <PhotoFacts photo={photo} timeZone={timeZone} />}
            </figcaption>
          </figure>
        );
      })}
    </div>
  );
}

export function PhotoFacts({ photo, timeZone }: { photo: CasePhoto; timeZone: string }): ReactNode {
  const { t } = useWords();
  const metres = useSayMetres();
  const { distanceM, doubts, takenAt } = photo;
  return (
    <span className="photo-facts">
      <span>{t('patrol.takenAt', { at: sayMoment(takenAt, timeZone) })}</span>
      {distanceM !== null && <span>{t('patrol.distance', { metres: metres(distanceM) })}</span>}
      {doubts.map((doubt) => (
        <span key={doubt} className="doubt">
          {t(`patrol.doubt.${doubt}`)}
        </span>
      ))}
    </span>
  );
}
