import { type ReactNode, useState } from 'react';
import { go, poolAddress, useAddress } from '../addresses.ts';
import { Header } from '../header/header.tsx';
import { useKeys } from '../header/use-keys.ts';
import { useWords } from '../words/words.ts';
import { CameraPanel } from './camera-panel.tsx';
import { ImportDialog } from './import-dialog.tsx';
import './pool.css';
import { PoolList } from './pool-list.tsx';
import { PoolTree } from './pool-tree.tsx';
import { usePool, wishOf } from './use-pool.ts';

/** Every registered camera of every department: found, looked at, imported and exported. */
export function PoolPage(): ReactNode {
  const { t } = useWords();
  const { cameraId, search } = useAddress();
  const [wish, setWish] = useState(() => wishOf(search));
  const [importing, setImporting] = useState(false);
  const pool = usePool(wish);
  useKeys({
    escape: () => cameraId && go(poolAddress()),
    '/': () => document.getElementById('pool-search')?.focus(),
  });
  return (
    <div className={cameraId ? 'pool with-camera' : 'pool'}>
      <Header />
      <main>
        <PoolTree counts={pool.counts} wish={wish} onWish={setWish} />
        <PoolList pool={pool} wish={wish} onWish={setWish} chosenId={cameraId} onImport={() => setImporting(true)} />
        {cameraId ? (
          <CameraPanel key={cameraId} id={cameraId} />
        ) : (
          <section className="surface empty none-chosen">
            <p>{t('pool.choose')}</p>
          </section>
        )}
      </main>
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
    </div>
  );
}
