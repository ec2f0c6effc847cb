import { lazy, type ReactNode, Suspense, useMemo, useState } from 'react';
import type { Camera } from '#engine/contract/camera.ts';
import { FaultWall } from '../design/fault-wall.tsx';
import { useRoom } from '../design/room.ts';
import { useKeys } from '../header/use-keys.ts';
import { useDesk } from '../live/use-live.ts';
import { placedPoint } from '../map/picture-on-ground.ts';
import { useWords } from '../words/words.ts';
import { BoundRules } from './bound-rules.tsx';
import { CursorNote } from './cursor-note.tsx';
import { DeskHead, type Tool } from './desk-head.tsx';
import { type DraftView, fitOf, type Pair, wholePairs, type Zone } from './draft.ts';
import { GroundGrid, PairDrawing } from './pair-drawing.tsx';
import { PairList } from './pair-list.tsx';
import { PictureBoard } from './picture-board.tsx';
import { RuleList } from './rule-list.tsx';
import { useDraft } from './use-draft.ts';
import { ViewState } from './view-state.tsx';
import { FEWEST_CORNERS, MOST_CORNERS, ZoneDrawing } from './zone-drawing.tsx';
import { ZoneList } from './zone-list.tsx';

/** The map is large: what draws it is loaded when it is wanted. */
const GroundMap = lazy(() => import('./ground-map.tsx').then(({ GroundMap }) => ({ default: GroundMap })));

const MOST_PAIRS = 16;

/** A camera's picture and its map side by side, with what is drawn on them. */
export function CameraDesk({ camera }: { camera: Camera }): ReactNode {
  const { t } = useWords();
  const { account } = useDesk();
  const room = useRoom();
  const drafting = useDraft(camera);
  const { draft, change, undo } = drafting;
  const [viewId, setViewId] = useState(camera.views[0]!.id);
  const [tool, setTool] = useState<Tool>('zones');
  const [selected, setSelected] = useState<number | null>(null);
  const [drawing, setDrawing] = useState<[number, number][] | null>(null);
  const [cursor, setCursor] = useState<[number, number] | null>(null);
  const view: DraftView = draft.views.find(({ id }) => id === viewId) ?? draft.views[0]!;
  const { zones, pairs } = view;
  const mayChange = account.roles.includes('administrator');
  const editable = mayChange && room !== 'phone';
  const place = useMemo(() => ({ lngLat: camera.lngLat, rangeM: camera.rangeM }), [camera.lngLat, camera.rangeM]);
  const fit = useMemo(() => fitOf(place, pairs), [place, pairs]);
  const ground = fit?.fault === null ? fit.ground : null;
  const placed = useMemo(() => (ground && cursor ? placedPoint(ground, cursor) : null), [ground, cursor]);

  const put = (next: Partial<DraftView>, act?: string) =>
    change({ ...draft, views: draft.views.map((one) => (one.id === view.id ? { ...one, ...next } : one)) }, act);
  const putZone = (index: number, zone: Zone, act?: string) =>
    put({ zones: zones.map((one, i) => (i === index ? zone : one)) }, act);
  const putPair = (index: number, pair: Partial<Pair>, act?: string) =>
    put({ pairs: pairs.map((one, i) => (i === index ? { ...one, ...pair } : one)) }, act);
  const deletePair = (index: number) => put({ pairs: pairs.filter((_, i) => i !== index) });
  /** A click fills what a pair still lacks; where none does, it begins another one. */
  const point = (told: { xy: [number, number] } | { lngLat: [number, number] }) => {
    if (!editable || tool !== 'ground') return;
    const lacking = pairs.findIndex((pair) => ('xy' in told ? !pair.xy : !pair.lngLat));
    if (lacking >= 0) putPair(lacking, told);
    else if (pairs.length < MOST_PAIRS) put({ pairs: [...pairs, { xy: null, lngLat: null, ...told }] });
  };
  const finish = () => {
    if (!drawing || drawing.length < FEWEST_CORNERS) return;
    const kind = zones[selected ?? zones.length - 1]?.kind ?? 'no-parking';
    put({ zones: [...zones, { kind, polygon: drawing }] });
    setSelected(zones.length);
    setDrawing(null);
  };
  /** By mouse its corners are clicked; by keys there is a square whose corners are then moved. */
  const draw = (byKeys: boolean) => {
    if (!byKeys) return setDrawing([]);
    const square: [number, number][] = [
      [0.4, 0.6],
      [0.6, 0.6],
      [0.6, 0.8],
      [0.4, 0.8],
    ];
    put({ zones: [...zones, { kind: 'no-parking', polygon: square }] });
    setSelected(zones.length);
  };
  const onBoard = (xy: [number, number]) => {
    if (tool === 'ground') point({ xy });
    else if (drawing && drawing.length < MOST_CORNERS) setDrawing([...drawing, xy]);
  };
  useKeys({
    escape: () => (drawing ? setDrawing(null) : setSelected(null)),
    ...(drawing && { enter: finish, backspace: () => setDrawing(drawing.slice(0, -1)) }),
  });
  const chooseView = (id: string) => {
    setViewId(id);
    setSelected(null);
    setDrawing(null);
  };
  const calibration = wholePairs(pairs);
  const shown = { id: view.id, zones, ...(ground && { calibration }) };
  const nameOf = ({ kind, name }: Zone) => name || t(`zone.${kind}`);
  const lacking = pairs.findIndex(({ xy, lngLat }) => !xy || !lngLat);
  const next = lacking >= 0 && pairs[lacking]?.xy ? 'map' : 'picture';

  return (
    <main className="camera-desk">
      <DeskHead
        camera={camera}
        drafting={drafting}
        view={view}
        tool={tool}
        editable={editable}
        mayChange={mayChange}
        onView={chooseView}
        onTool={(chosen) => {
          setTool(chosen);
          setDrawing(null);
        }}
        onUndo={undo}
      />
      <section className="picture-side surface">
        <PictureBoard
          camera={camera}
          clickable={editable && (tool === 'ground' || drawing !== null)}
          onClick={onBoard}
          onHover={setCursor}
        >
          {(frame) => (
            <>
              {ground && <GroundGrid ground={ground} />}
              <ZoneDrawing
                frame={frame}
                zones={zones}
                selected={tool === 'zones' ? selected : null}
                drawing={drawing}
                cursor={cursor}
                editable={editable && tool === 'zones'}
                onSelect={(index) => tool === 'zones' && setSelected(index)}
                onChange={(index, polygon, act) => putZone(index, { ...zones[index]!, polygon }, act)}
                onFinish={finish}
              />
              {tool === 'ground' && (
                <PairDrawing
                  frame={frame}
                  pairs={pairs}
                  editable={editable}
                  onMove={(index, xy, act) => {
                    setCursor(xy);
                    putPair(index, { xy }, act);
                  }}
                  onDelete={deletePair}
                  onFocus={setCursor}
                />
              )}
              {cursor && ground && <CursorNote at={cursor} placed={placed} reachM={ground.reachM} />}
            </>
          )}
        </PictureBoard>
        <ViewState camera={camera} viewId={view.id} />
      </section>
      <section className="map-side surface" aria-label={t('calibration.map')}>
        <FaultWall>
          <Suspense fallback={<p className="map-note">{t('map.loading')}</p>}>
            <GroundMap
              camera={camera}
              pairs={pairs}
              view={shown}
              nameOf={nameOf}
              cursor={placed}
              editable={editable && tool === 'ground'}
              onClick={(lngLat) => point({ lngLat })}
              onMove={(index, lngLat, act) => putPair(index, { lngLat }, act)}
              onDelete={deletePair}
            />
          </Suspense>
        </FaultWall>
      </section>
      <section className="list-side surface panel">
        {tool === 'ground' ? (
          <>
            <header className="list-head">
              <h2>{t('calibration.points')}</h2>
              {editable && pairs.length < MOST_PAIRS && (
                <p className="quiet-line" role="status" data-testid="next-point">
                  {t(`calibration.next.${next}`, { number: (lacking >= 0 ? lacking : pairs.length) + 1 })}
                </p>
              )}
            </header>
            <div className="scroll">
              <PairList
                camera={place}
                pairs={pairs}
                fit={fit}
                editable={editable}
                onPlace={(index, lngLat) => putPair(index, { lngLat }, `typed-${index}`)}
                onDelete={deletePair}
                onClear={() => put({ pairs: [] })}
              />
            </div>
          </>
        ) : (
          <>
            <header className="list-head">
              <h2>{t('calibration.zones')}</h2>
              {editable && !drawing && (
                <button type="button" className="button primary" onClick={({ detail }) => draw(detail === 0)}>
                  {t('calibration.drawZone')}
                </button>
              )}
              {drawing && (
                <span className="tools">
                  <button
                    type="button"
                    className="button primary"
                    disabled={drawing.length < FEWEST_CORNERS}
                    onClick={finish}
                  >
                    {t('calibration.finish')}
                  </button>
                  <button type="button" className="button" onClick={() => setDrawing(null)}>
                    {t('calibration.cancelDrawing')}
                  </button>
                </span>
              )}
            </header>
            <div className="scroll">
              {drawing && <p role="status">{t('calibration.drawing')}</p>}
              <ZoneList
                zones={zones}
                selected={selected}
                editable={editable}
                onSelect={setSelected}
                onChange={putZone}
                onDelete={(index) => {
                  put({ zones: zones.filter((_, i) => i !== index) });
                  setSelected(null);
                }}
              />
              {editable && selected !== null && !drawing && <p className="quiet-line">{t('calibration.keysHint')}</p>}
              <RuleList
                rules={draft.rules}
                zones={zones}
                editable={editable}
                onChange={(rules) => change({ ...draft, rules })}
              />
              <BoundRules camera={camera} />
            </div>
          </>
        )}
      </section>
    </main>
  );
}
