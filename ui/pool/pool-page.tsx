import { type ReactNode, useState } from 'react';
import { go, poolAddress, useAddress } from '../addresses.ts';
import { Header } from '../header/header.tsx';
import { useKeys } from '../header/use-keys.ts';
import { useWords } from '../words/words.ts';
import { CameraPanel } from './camera-panel.tsx';
import { ImportDialog } from './import-dialog.tsx';
import './library.css';
import './pool.css';
import { LibraryForm } from './library-form.tsx';
import { LibraryPanel } from './library-panel.tsx';
import { PoolList } from './pool-list.tsx';
import { PoolTree } from './pool-tree.tsx';
import { useNameOfDivision } from './use-divisions.ts';
import { usePool, wishOf } from './use-pool.ts';

/** Every registered camera of every department: found, looked at, imported and exported. */
export function PoolPage(): ReactNode {
  const { t } = useWords();
  const { cameraId, libraryId, search } = useAddress();
  const [held, setWish] = useState(() => wishOf(search));
  const wish = { ...held, library: libraryId ?? '' };
  const nameOf = useNameOfDivision();
  const [making, setMaking] = useState(false);
  const [importing, setImporting] = useState(false);
  const pool = usePool(wish);
  useKeys({
    escape: () => (cameraId || libraryId) && go(poolAddress(null, cameraId ? libraryId : null)),
    '/': () => document.getElementById('pool-search')?.focus(),
  });
  return (
    <div className={cameraId ? 'pool with-camera' : libraryId ? 'pool with-library' : 'pool'}>
      <Header />
      <main>
        <PoolTree counts={pool.counts} wish={wish} onWish={setWish} onMakeLibrary={() => setMaking(true)} />
        <PoolList pool={pool} wish={wish} onWish={setWish} chosenId={cameraId} onImport={() => setImporting(true)} />
        {cameraId && <CameraPanel key={cameraId} id={cameraId} libraryId={libraryId} />}
        {!cameraId && libraryId && <LibraryPanel key={libraryId} id={libraryId} nameOf={nameOf} />}
        {!cameraId && !libraryId && (
          <section className="surface empty none-chosen">
            <p>{t('pool.choose')}</p>
          </section>
        )}
      </main>
      {making && <LibraryForm onClose={() => setMaking(false)} />}
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
    </div>
  );
}
