import { type ReactNode, useState } from 'react';
import type { AlgorithmUpload, AlgorithmVersion } from '#engine/contract/algorithm.ts';
import { algorithmsAddress, follow } from '../addresses.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { useDesk } from '../live/use-live.ts';
import { sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import { StageChip } from './stage-chip.tsx';
import type { Read } from './use-read.ts';

interface VersionListProps {
  versions: Read<{ items: AlgorithmVersion[] }>;
  uploads: readonly AlgorithmUpload[];
  chosenId: string | null;
  /** null: the account may not. */
  onUpload: (() => void) | null;
}

/** The uploads that are not finished, and below them every algorithm with its versions and where each stands. */
export function VersionList({ versions, uploads, chosenId, onUpload }: VersionListProps): ReactNode {
  const { t } = useWords();
  const [text, setText] = useState('');
  const { found, problem } = versions;
  const shown = (found?.items ?? []).filter(({ algorithm }) => algorithm.includes(text.trim().toLowerCase()));
  const byAlgorithm = new Map<string, AlgorithmVersion[]>();
  for (const one of shown) byAlgorithm.set(one.algorithm, [...(byAlgorithm.get(one.algorithm) ?? []), one]);
  return (
    <nav className="version-list surface" aria-label={t('algorithms.versions')}>
      <header className="list-head">
        <h2>{t('algorithms.versions')}</h2>
        {onUpload && (
          <button type="button" className="button primary" onClick={onUpload}>
            {t('algorithms.upload')}
          </button>
        )}
      </header>
      {(found?.items.length ?? 0) > 8 && (
        <input
          type="search"
          className="find"
          aria-label={t('algorithms.search')}
          placeholder={t('algorithms.search')}
          value={text}
          onChange={(happening) => setText(happening.target.value)}
        />
      )}
      {problem && <ProblemNote problem={problem} kept={found !== null} />}
      <div className="scroll">
        {uploads.length > 0 && (
          <section>
            <h3>{t('algorithms.uploads')}</h3>
            <ul>
              {uploads.map((upload) => (
                <UploadLine key={upload.id} upload={upload} chosen={upload.id === chosenId} />
              ))}
            </ul>
          </section>
        )}
        {!found && !problem && <p className="waiting quiet-line">{t('loading')}</p>}
        {found?.items.length === 0 && uploads.length === 0 && (
          <div className="empty" data-testid="no-versions">
            <strong>{t('algorithms.empty')}</strong>
            <p>{t('algorithms.emptyHint')}</p>
          </div>
        )}
        {found && found.items.length > 0 && byAlgorithm.size === 0 && (
          <p className="empty">{t('algorithms.noneFound')}</p>
        )}
        {[...byAlgorithm].map(([algorithm, own]) => (
          <section key={algorithm}>
            <h3>{algorithm}</h3>
            <ul>
              {own.map((version) => (
                <VersionLine key={version.id} version={version} chosen={version.id === chosenId} />
              ))}
            </ul>
          </section>
        ))}
      </div>
      {!onUpload && <p className="quiet-line foot">{t('algorithms.mayNot')}</p>}
    </nav>
  );
}

function UploadLine({ upload, chosen }: { upload: AlgorithmUpload; chosen: boolean }): ReactNode {
  const { t } = useWords();
  const { state, bytes, offset, inspection } = upload;
  const share = Math.floor((100 * offset) / bytes);
  const said =
    state === 'inspected' && inspection && !inspection.accepted
      ? t(inspection.questions.length > 0 ? 'algorithms.waits' : 'algorithms.refused')
      : t(`algorithms.state.${state}`);
  return (
    <li>
      <a
        href={algorithmsAddress({ upload: upload.id })}
        aria-current={chosen ? 'true' : undefined}
        onClick={follow}
        data-testid="upload-line"
      >
        <b>{upload.fileName}</b>
        <span className="chip">{state === 'receiving' ? `${said} ${share}%` : said}</span>
      </a>
    </li>
  );
}

function VersionLine({ version, chosen }: { version: AlgorithmVersion; chosen: boolean }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  return (
    <li>
      <a
        href={algorithmsAddress({ version: version.id })}
        aria-current={chosen ? 'true' : undefined}
        onClick={follow}
        data-testid="version-line"
        data-stage={version.stage}
      >
        <b>{version.version}</b>
        <StageChip stage={version.stage} />
        <span className="quiet-line">{t('algorithms.since', { at: sayMoment(version.since, site.timeZone) })}</span>
      </a>
    </li>
  );
}
