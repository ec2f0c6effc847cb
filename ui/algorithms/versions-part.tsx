import { type ReactNode, useState } from 'react';
import { AlgorithmUpload, AlgorithmVersion } from '#engine/contract/algorithm.ts';
import { algorithmsAddress, follow, go, useAddress } from '../addresses.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { useKeys } from '../header/use-keys.ts';
import { listOf } from '../live/ask.ts';
import { useWords } from '../words/words.ts';
import { useMayWriteAlgorithms } from './may-write.ts';
import { UploadDialog } from './upload-dialog.tsx';
import { UploadPanel } from './upload-panel.tsx';
import { useRead } from './use-read.ts';
import { VersionList } from './version-list.tsx';
import { VersionPanel } from './version-panel.tsx';

const VERSIONS = listOf(AlgorithmVersion);
const UPLOADS = listOf(AlgorithmUpload);
const FOLLOWS_EVERY_MS = 3000;

/** Models on their way from a file to the cameras: uploads, versions, and where each stands. */
export function VersionsPart(): ReactNode {
  const { t } = useWords();
  const query = new URLSearchParams(useAddress().search);
  const [versionId, uploadId] = [query.get('version'), query.get('upload')];
  const mayWrite = useMayWriteAlgorithms();
  const [uploading, setUploading] = useState(false);
  const versions = useRead(VERSIONS, '/api/algorithm-versions', FOLLOWS_EVERY_MS);
  const uploads = useRead(UPLOADS, mayWrite ? '/api/algorithm-uploads' : null, FOLLOWS_EVERY_MS);
  const chosen = versions.found?.items.find(({ id }) => id === versionId);
  const hasPanel = versionId !== null || uploadId !== null;
  useKeys({ escape: () => hasPanel && go(algorithmsAddress()) });
  const changed = () => {
    versions.again();
    uploads.again();
  };
  return (
    <main className={hasPanel ? 'with-panel' : undefined}>
      <VersionList
        versions={versions}
        uploads={uploads.found?.items ?? []}
        chosenId={versionId ?? uploadId}
        onUpload={mayWrite ? () => setUploading(true) : null}
      />
      <section className="algorithm-panel surface" aria-busy={hasPanel && !versions.found}>
        {hasPanel && (
          <a className="button plain back" href={algorithmsAddress()} onClick={follow}>
            {t('algorithms.back')}
          </a>
        )}
        {uploadId && <UploadPanel key={uploadId} id={uploadId} onChanged={changed} />}
        {chosen && <VersionPanel key={chosen.id} version={chosen} onChanged={changed} />}
        {versionId && !chosen && (
          <div className="waiting">
            {versions.found ? (
              <ProblemNote problem={{ code: 'not-found', message: '', got: versionId, expected: null }} />
            ) : (
              <p className="quiet-line">{t('loading')}</p>
            )}
          </div>
        )}
        {!hasPanel && <p className="empty">{t('algorithms.choose')}</p>}
      </section>
      {uploading && <UploadDialog onClose={() => setUploading(false)} onBegun={uploads.again} />}
    </main>
  );
}
