import { type ReactNode, useEffect, useState } from 'react';
import { hasRules } from '#engine/contract/camera.ts';
import { type GbIdParts, PoolCamera } from '#engine/contract/camera-pool.ts';
import type { Problem } from '#engine/contract/problem.ts';
import { cameraAddress, follow, liveAddress, poolAddress } from '../addresses.ts';
import { FactList } from '../design/fact-list.tsx';
import { Glyph } from '../design/glyph.tsx';
import { ProblemNote } from '../design/problem-note.tsx';
import { ask, asProblem } from '../live/ask.ts';
import { useCalmed } from '../live/use-calmed.ts';
import { useCity, useDesk } from '../live/use-live.ts';
import { CurrentPicture } from '../pictures/current-picture.tsx';
import { Downloads } from '../pictures/downloads.tsx';
import { PtzFold } from '../ptz/ptz-fold.tsx';
import { sayLngLat } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import { CameraDuty } from './camera-duty.tsx';
import { sayActs } from './say-library.ts';

const FOLLOWS_EVERY_MS = 3000;
const isAnalysed = (camera: PoolCamera['camera']) => hasRules(camera) && !camera.disabled;

/** One camera of the pool: its GB id in words, what its register says, and what it sees if it is analysed. */
export function CameraPanel({ id, libraryId }: { id: string; libraryId: string | null }): ReactNode {
  const { t } = useWords();
  const [read, setRead] = useState<{ found: PoolCamera | null; problem: Problem | null }>({
    found: null,
    problem: null,
  });
  const { account } = useDesk();
  const { poolSeq, cameraSeq, cameras } = useCity();
  const followedSeq = useCalmed(cameraSeq, FOLLOWS_EVERY_MS);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the seqs say that the same question has another answer
  useEffect(() => {
    const stop = new AbortController();
    ask(PoolCamera, `/api/cameras/${encodeURIComponent(id)}/register`, { signal: stop.signal }).then(
      (found) => setRead({ found, problem: null }),
      (error) => stop.signal.aborted || setRead({ found: null, problem: asProblem(error) }),
    );
    return () => stop.abort();
  }, [id, poolSeq, followedSeq]);
  const { found, problem } = read;
  const analysed = found !== null && hasRules(found.camera);
  const mayPlay = found !== null && (found.acts === null || found.acts.includes('play'));
  return (
    <section className="pool-camera panel surface" aria-label={t('pool.label')} data-testid="pool-camera">
      <header className="panel-head">
        <div className="what">
          <h2>{found?.camera.name ?? (problem ? t('pool.failed') : t('loading'))}</h2>
        </div>
        <a className="button plain icon" href={poolAddress(null, libraryId)} aria-label={t('close')} onClick={follow}>
          <Glyph name="close" />
        </a>
      </header>
      <div className="scroll">
        {problem && <ProblemNote problem={problem} />}
        {found && isAnalysed(found.camera) && mayPlay && <CurrentPicture camera={cameras.get(id) ?? found.camera} />}
        {found && !mayPlay && <p className="quiet-line">{t('library.notPlayable')}</p>}
        {found && !analysed && mayPlay && <p className="quiet-line">{t('pool.notAnalysed')}</p>}
        {found && <CameraDuty found={found} />}
        {found && found.acts === null && <PtzFold key={id} camera={cameras.get(id) ?? found.camera} />}
        {found?.hasStream && mayPlay && (
          <a className="button" data-testid="to-calibration" href={cameraAddress(id)} onClick={follow}>
            <Glyph name="zone" /> {t('calibration.open')}
          </a>
        )}
        {found?.hasStream && mayPlay && !analysed && (
          <a className="button" href={liveAddress(id)} onClick={follow}>
            <Glyph name="eye" /> {t('video.open')}
          </a>
        )}
        {found?.gbIdParts && <GbId gbId={found.camera.gbId ?? ''} parts={found.gbIdParts} />}
        {found && <Register found={found} />}
        {found?.acts === null && account.roles.includes('administrator') && (
          <Downloads of={`cameraId=${encodeURIComponent(id)}`} />
        )}
      </div>
    </section>
  );
}

function GbId({ gbId, parts }: { gbId: string; parts: GbIdParts }): ReactNode {
  const { t, language } = useWords();
  const said = ({ code, name }: GbIdParts['industry']) =>
    name ? t('pool.named', { code, name: name[language] }) : t('pool.noName', { code });
  return (
    <>
      <h3>
        {t('pool.gbId')} <code>{gbId}</code>
      </h3>
      <FactList
        facts={[
          [t('pool.centre'), parts.centre],
          [t('pool.industry'), said(parts.industry)],
          [t('pool.type'), said(parts.type)],
          [t('pool.network'), said(parts.network)],
          [t('pool.serial'), parts.serial],
        ]}
      />
    </>
  );
}

function Register({ found: { camera, hasStream, acts } }: { found: PoolCamera }): ReactNode {
  const { t } = useWords();
  const none = t('unknown');
  const { statedPosition, resolution } = camera;
  return (
    <FactList
      facts={[
        [t('camera.id'), camera.id],
        [t('pool.state'), t(`camera.${camera.state}`)],
        ...(camera.stateCode ? [[t('pool.fault'), t(`fault.${camera.stateCode}`)] as const] : []),
        ...(acts === null ? [] : [[t('library.rights'), sayActs(t, acts)] as const]),
        [t('pool.department'), camera.department],
        [t('pool.county'), camera.county?.name ?? t('pool.outside')],
        [t('pool.division'), camera.divisionCode ?? none],
        [t('pool.address'), camera.address ?? none],
        [t('panel.place'), sayLngLat(camera.lngLat)],
        [t('pool.stated'), statedPosition ? `${statedPosition.crs} ${sayLngLat(statedPosition.lngLat)}` : none],
        [t('pool.heading'), camera.headingDeg === undefined ? none : `${camera.headingDeg}°`],
        [t('pool.range'), camera.rangeM === undefined ? none : `${camera.rangeM} m`],
        [t('pool.height'), camera.mountHeightM === undefined ? none : `${camera.mountHeightM} m`],
        [t('pool.resolution'), resolution ? `${resolution.widthPx} × ${resolution.heightPx}` : none],
        [t('pool.tags'), camera.tags?.join(', ') ?? none],
        [t('pool.inspection'), camera.inspection ? t('pool.yes') : t('pool.no')],
        [t('pool.stream'), hasStream ? t('pool.hasStream') : t('pool.noStream')],
      ]}
    />
  );
}
