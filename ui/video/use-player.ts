import { type RefObject, useEffect, useRef, useState } from 'react';
import { serverNowMs } from '../live/clock.ts';
import { BEGIN, type Shown, VideoPlayer } from './player.ts';

/** A picture that is older is not the place as it is: a stream that breaks off is seen within four seconds. */
const STALE_AFTER_MS = 4000;
const LOOK_EVERY_MS = 250;

interface Playing {
  shown: Shown;
  /** How old the picture was when it was last looked at, four times a second; null before the first. */
  ageMs: number | null;
  stale: boolean;
  player: VideoPlayer | null;
}

/** Plays a camera on the canvas as long as it is on the page. */
export function usePlayer(cameraId: string, canvas: RefObject<HTMLCanvasElement | null>, marks: boolean): Playing {
  const player = useRef<VideoPlayer | null>(null);
  const [shown, setShown] = useState<Shown | null>(null);
  const [ageMs, setAgeMs] = useState<number | null>(null);
  useEffect(() => {
    if (!canvas.current) return;
    const mine = new VideoPlayer(cameraId, canvas.current, setShown);
    player.current = mine;
    setShown(mine.shown);
    const look = setInterval(() => {
      const { capturedAtMs } = mine.shown;
      setAgeMs(capturedAtMs === null ? null : Math.max(0, serverNowMs() - capturedAtMs));
    }, LOOK_EVERY_MS);
    return () => {
      clearInterval(look);
      mine.close();
      player.current = null;
      setAgeMs(null);
    };
  }, [cameraId, canvas]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another camera has another player, which must be told too
  useEffect(() => {
    if (player.current) player.current.withBoxes = marks;
  }, [marks, cameraId]);
  return {
    shown: shown ?? BEGIN,
    ageMs,
    stale: ageMs !== null && ageMs > STALE_AFTER_MS,
    player: player.current,
  };
}
