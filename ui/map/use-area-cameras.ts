import { useEffect, useState } from 'react';
import { AreaCameras, type MapArea } from '#engine/contract/camera-area.ts';
import type { Problem } from '#engine/contract/problem.ts';
import { asProblem, post } from '../live/ask.ts';
import { useCity } from '../live/use-live.ts';

const MOST_LISTED = 200;

/** The cameras of an area; both null while they are asked for. */
export interface AreaAnswer {
  found: AreaCameras | null;
  problem: Problem | null;
  askAgain: () => void;
}

export function useAreaCameras(area: MapArea | null): AreaAnswer {
  const { poolSeq } = useCity();
  const [turn, setTurn] = useState(0);
  const [answer, setAnswer] = useState<Omit<AreaAnswer, 'askAgain'> & { key: string }>({
    key: '',
    found: null,
    problem: null,
  });
  const key = area === null ? '' : JSON.stringify(area);
  // biome-ignore lint/correctness/useExhaustiveDependencies: poolSeq and turn say that the same question has another answer
  useEffect(() => {
    if (key === '') return;
    let gone = false;
    post(AreaCameras, '/api/camera-area', { area: JSON.parse(key), limit: MOST_LISTED }).then(
      (found) => gone || setAnswer({ key, found, problem: null }),
      (error) => gone || setAnswer({ key, found: null, problem: asProblem(error) }),
    );
    return () => {
      gone = true;
    };
  }, [key, poolSeq, turn]);
  const askAgain = () => setTurn((before) => before + 1);
  return answer.key === key ? { ...answer, askAgain } : { found: null, problem: null, askAgain };
}
