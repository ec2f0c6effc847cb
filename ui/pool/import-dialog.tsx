import { type ReactNode, useEffect, useState } from 'react';
import { CameraImport, type ColumnMapping } from '#engine/contract/camera-import.ts';
import { Dialog } from '../design/dialog.tsx';
import { ProblemNote } from '../design/problem-note.tsx';
import { useAction } from '../design/use-action.ts';
import { ask } from '../live/ask.ts';
import { useWords } from '../words/words.ts';
import { CrsField } from './crs-field.tsx';
import { ImportColumns } from './import-columns.tsx';
import { ImportRows } from './import-rows.tsx';
import { StartDevice } from './start-device.tsx';

const ASK_EVERY_MS = 500;
const isUnderWay = ({ state }: CameraImport) => state === 'reading' || state === 'applying';

/** What is read: it stays at hand, to be read again as other columns. */
interface Given {
  file: File;
  crs: string;
  /** null: none is said. */
  mapping: ColumnMapping | null;
}

type Begin = (given: Given) => Promise<void>;

function send({ file, crs, mapping }: Given): Promise<CameraImport> {
  const query = new URLSearchParams({
    fileName: file.name,
    crs,
    ...(mapping && { mapping: JSON.stringify(mapping) }),
  });
  return ask(CameraImport, `/api/camera-imports?${query}`, { method: 'POST', body: file });
}

/** A register's file: its dry run, what it would do row by row, and then doing it. */
export function ImportDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useWords();
  const [made, setMade] = useState<CameraImport | null>(null);
  const [given, setGiven] = useState<Given | null>(null);
  useFollowed(made, setMade);
  const begin = async (next: Given) => {
    const begun = await send(next);
    setGiven(next);
    setMade(begun);
  };
  return (
    <Dialog title={t('imports.title')} onClose={onClose} wide>
      <div className="import" data-testid="import" data-state={made?.state ?? 'none'}>
        {made === null ? (
          <Start onBegin={begin} onMade={setMade} />
        ) : (
          <Result made={made} given={given} onMade={setMade} onBegin={begin} />
        )}
      </div>
    </Dialog>
  );
}

/** Asks how far it is while it is under way; an answer that does not come is asked for again. */
function useFollowed(made: CameraImport | null, setMade: (made: CameraImport) => void): void {
  useEffect(() => {
    if (!made || !isUnderWay(made)) return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      ask(CameraImport, `/api/camera-imports/${made.id}`, { signal: stop.signal }).then(
        setMade,
        () => stop.signal.aborted || setMade({ ...made }),
      );
    }, ASK_EVERY_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [made, setMade]);
}

/** Where the register comes from: a file, or a device that is asked. */
function Start({ onBegin, onMade }: { onBegin: Begin; onMade: (made: CameraImport) => void }): ReactNode {
  const { t } = useWords();
  const [from, setFrom] = useState<'fromFile' | 'fromDevice'>('fromFile');
  return (
    <>
      <div className="tabs" role="radiogroup" aria-label={t('imports.from')}>
        {(['fromFile', 'fromDevice'] as const).map((one) => (
          // biome-ignore lint/a11y/useSemanticElements: looks like the other tabs, which are buttons
          <button key={one} type="button" role="radio" aria-checked={one === from} onClick={() => setFrom(one)}>
            {t(`imports.${one}`)}
          </button>
        ))}
      </div>
      {from === 'fromFile' ? <StartFile onBegin={onBegin} /> : <StartDevice onMade={onMade} />}
    </>
  );
}

function StartFile({ onBegin }: { onBegin: Begin }): ReactNode {
  const { t } = useWords();
  const [file, setFile] = useState<File | null>(null);
  const [crs, setCrs] = useState('');
  const { busy, problem, start } = useAction(async () => {
    if (file && crs) await onBegin({ file, crs, mapping: null });
  });
  return (
    <>
      <p>{t('imports.what')}</p>
      <div className="field">
        <label htmlFor="import-file">{t('imports.file')}</label>
        <input
          id="import-file"
          type="file"
          accept=".csv,.txt,.xlsx,.geojson,.json,.xml"
          data-focus-first=""
          onChange={(happening) => setFile(happening.target.files?.[0] ?? null)}
        />
      </div>
      <CrsField crs={crs} onCrs={setCrs} />
      {problem && <ProblemNote problem={problem} />}
      <div className="actions">
        <button type="button" className="button primary" disabled={!file || !crs || busy} onClick={start}>
          {t('imports.start')}
        </button>
      </div>
    </>
  );
}

interface ResultProps {
  made: CameraImport;
  /** null: no file was given, a device was asked. */
  given: Given | null;
  onBegin: Begin;
  onMade: (made: CameraImport | null) => void;
}

function Result({ made, given, onMade, onBegin }: ResultProps): ReactNode {
  const { t } = useWords();
  const { counts, state } = made;
  const toWrite = counts.added + counts.changed;
  const { busy, problem, start } = useAction(async () => {
    onMade(await ask(CameraImport, `/api/camera-imports/${made.id}/apply`, { method: 'POST' }));
  });
  if (isUnderWay(made)) return <Progress made={made} onMade={onMade} />;
  return (
    <>
      <p>
        <strong>{made.fileName}</strong> · {t(`imports.crsName.${made.crs}`)}
      </p>
      {made.problem?.code === 'import-cancelled' && <p role="status">{t('imports.cancelled')}</p>}
      {made.problem && made.problem.code !== 'import-cancelled' && (
        <>
          <ProblemNote problem={made.problem} />
          <p className="quiet-line">{t('imports.failed')}</p>
        </>
      )}
      {state === 'applied' && <p role="status">{t('imports.applied', counts)}</p>}
      {given && made.columns.length > 0 && state !== 'applied' && (
        <ImportColumns
          key={made.id}
          columns={made.columns}
          wrong={state === 'refused'}
          onMap={(mapping) => onBegin({ ...given, mapping })}
        />
      )}
      {(state === 'ready' || state === 'applied') && <ImportRows made={made} />}
      {problem && <ProblemNote problem={problem} />}
      <div className="actions">
        <button type="button" className="button" onClick={() => onMade(null)}>
          {t('imports.again')}
        </button>
        {state === 'ready' && (
          <button type="button" className="button primary" disabled={toWrite === 0 || busy} onClick={start}>
            {toWrite === 0 ? t('imports.nothing') : t('imports.apply', { count: toWrite })}
          </button>
        )}
      </div>
    </>
  );
}

interface ProgressProps {
  made: CameraImport;
  onMade: (made: CameraImport) => void;
}

/** How far it is: while the file is read in bytes, for its rows are not counted yet; then in rows. */
function Progress({ made: { id, state, progress }, onMade }: ProgressProps): ReactNode {
  const { t } = useWords();
  const { busy, problem, start } = useAction(async () => {
    onMade(await ask(CameraImport, `/api/camera-imports/${id}/cancel`, { method: 'POST' }));
  });
  const rows = progress?.done ?? 0;
  const [done, total] =
    state === 'applying' ? [rows, progress?.total ?? null] : [progress?.bytesDone ?? 0, progress?.bytesTotal ?? null];
  const said =
    state === 'applying'
      ? t('imports.applying', { done: rows, total: total ?? t('unknown') })
      : t('imports.reading', { done: rows });
  const share = total ? Math.floor((100 * done) / total) : null;
  return (
    <div className="under-way" role="status">
      <p>
        {said}
        {share !== null && <span className="quiet-line"> {share}%</span>}
      </p>
      <progress aria-label={said} {...(total !== null && { value: done, max: total })} />
      {problem && <ProblemNote problem={problem} />}
      <div className="actions">
        <button type="button" className="button" disabled={busy} onClick={start}>
          {t('imports.cancel')}
        </button>
      </div>
    </div>
  );
}
