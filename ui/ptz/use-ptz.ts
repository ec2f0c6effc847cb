import { useEffect, useMemo, useRef, useState } from 'react';
import { Camera, type PtzLease } from '#engine/contract/camera.ts';
import type { Problem } from '#engine/contract/problem.ts';
import { HeldPtzLease, PTZ_RENEW_EVERY_MS } from '#engine/contract/ptz.ts';
import { ask, asProblem, post, request } from '../live/ask.ts';
import { useCalmed } from '../live/use-calmed.ts';
import { useCity, useDesk } from '../live/use-live.ts';
import { Turning } from './turning.ts';

/** Who leaves the page alone for so long gives the camera up. */
const UNUSED_MS = 120_000;
const FOLLOWS_EVERY_MS = 500;

export interface Ptz {
  /** Who has it now; null: nobody. */
  lease: PtzLease | null;
  mine: boolean;
  busy: boolean;
  problem: Problem | null;
  turning: Turning;
  /** @param reason why it is taken over from who has it; absent: it is free */
  take(reason?: string): Promise<void>;
  giveBack(): void;
}

export const ptzPath = (cameraId: string, what: string): string =>
  `/api/cameras/${encodeURIComponent(cameraId)}/ptz/${what}`;

/** A camera's lease as this page has it: taken, renewed while somebody is here, given back when the panel goes. */
export function usePtz(camera: Camera): Ptz {
  const { account } = useDesk();
  const { id } = camera;
  const told = useLease(camera);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  /** What the server answered here is newer than what the page was told before. */
  const [answered, setAnswered] = useState<{ lease: PtzLease | null } | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is told later is newer again
  useEffect(() => setAnswered(null), [told?.since]);
  const lease = answered ? answered.lease : told;
  const mine = lease?.accountId === account.id;
  const now = useRef({ mine, usedHere: false, usedAtMs: Date.now() });
  now.current.mine = mine;
  /** Taking, renewing and giving back go one after the other. */
  const order = useRef<Promise<unknown>>(Promise.resolve());

  const actions = useMemo(() => {
    const inOrder = (act: () => Promise<void>): Promise<void> => {
      const done = order.current.then(act, act);
      order.current = done.catch(() => undefined);
      return done;
    };
    const take = (body: object) =>
      inOrder(async () => {
        const lease = await post(HeldPtzLease, ptzPath(id, 'lease'), body);
        setAnswered({ lease });
      });
    const giveBack = () =>
      inOrder(async () => {
        await request(ptzPath(id, 'lease'), { method: 'DELETE', keepalive: true });
        setAnswered({ lease: null });
      });
    const turning = new Turning(
      (move) => {
        now.current.usedHere = true;
        return request(ptzPath(id, 'move'), {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(move),
          keepalive: true,
        });
      },
      (error) => setProblem(asProblem(error)),
    );
    return { take, giveBack, turning };
  }, [id]);

  useEffect(() => {
    const { take, giveBack, turning } = actions;
    const state = now.current;
    const use = () => {
      state.usedAtMs = Date.now();
    };
    const leave = () => {
      turning.stop();
      if (!state.usedHere || !state.mine) return;
      state.usedHere = false;
      giveBack().catch(() => undefined);
    };
    const renewing = setInterval(() => {
      if (!state.usedHere || !state.mine || Date.now() - state.usedAtMs > UNUSED_MS) return;
      take({}).catch((error) => setProblem(asProblem(error)));
    }, PTZ_RENEW_EVERY_MS);
    const signs = ['pointerdown', 'pointermove', 'keydown'] as const;
    for (const sign of signs) window.addEventListener(sign, use, { passive: true });
    window.addEventListener('pagehide', leave);
    return () => {
      clearInterval(renewing);
      for (const sign of signs) window.removeEventListener(sign, use);
      window.removeEventListener('pagehide', leave);
      leave();
    };
  }, [actions]);

  const start = async (act: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    await act().finally(() => setBusy(false));
  };
  return {
    lease,
    mine,
    busy,
    problem,
    turning: actions.turning,
    async take(reason) {
      await start(() => actions.take(reason === undefined ? {} : { takeOver: { reason } })).then(
        () => {
          now.current.usedHere = true;
        },
        (error) => {
          if (reason !== undefined) throw error;
          setProblem(asProblem(error));
        },
      );
    },
    giveBack() {
      actions.turning.stop();
      now.current.usedHere = false;
      start(actions.giveBack).catch((error) => setProblem(asProblem(error)));
    },
  };
}

/** Who has the camera: a camera of the wall is kept up to date anyway, one that is only registered is asked about. */
function useLease(camera: Camera): PtzLease | null {
  const { cameras, cameraSeq } = useCity();
  const held = cameras.get(camera.id);
  const [asked, setAsked] = useState<Camera | null>(null);
  const seq = useCalmed(cameraSeq, FOLLOWS_EVERY_MS);
  const wanted = held ? null : camera.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the seq says that the same question has another answer
  useEffect(() => {
    if (wanted === null) return;
    const stop = new AbortController();
    ask(Camera, `/api/cameras/${encodeURIComponent(wanted)}`, { signal: stop.signal }).then(setAsked, () => undefined);
    return () => stop.abort();
  }, [wanted, seq]);
  return (held ?? (asked?.id === camera.id ? asked : camera)).ptz?.lease ?? null;
}
