import type { ReactNode } from 'react';
import { follow, rolloutAddress } from '../../addresses.ts';
import { FaultMark } from '../../design/severity-mark.tsx';
import { useCity } from '../../live/use-live.ts';
import { useWords } from '../../words/words.ts';
import { sayReason } from './say-figures.ts';

const SHOWN_MS = 3_600_000;
const SHOWN = 2;

/** Versions that the system took out of use in the last hour: one line for each, and nothing at all while there is none. */
export function AlgorithmNewsLines(): ReactNode {
  const { t, language } = useWords();
  const { algorithmNews } = useCity();
  const news = [...algorithmNews.values()]
    .filter(({ at }) => Date.now() - Date.parse(at) < SHOWN_MS)
    .sort((a, b) => b.at.localeCompare(a.at));
  if (news.length === 0) return null;
  return (
    <ul className="outage-lines surface" aria-label={t('rollout.news')}>
      {news.slice(0, SHOWN).map(({ id, algorithm, version, stage, reason }) => (
        <li key={id}>
          <a href={rolloutAddress(id)} onClick={follow} data-testid="algorithm-news">
            <FaultMark label="" />
            <span className="what">
              {t(stage === 'quarantined' ? 'rollout.newsLine.quarantined' : 'rollout.newsLine.back', {
                name: `${algorithm} ${version}`,
              })}
              <small>{sayReason(reason, language)}</small>
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
