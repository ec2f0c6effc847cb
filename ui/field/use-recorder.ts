import { useEffect, useRef, useState } from 'react';

const LONGEST_MS = 60_000;
const LEAST_MS = 300;
const TYPES = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus'];

/** Records a voice note: a press begins, another ends; after a minute it ends by itself. */
export function useRecorder(onVoice: (voice: Blob, durationMs: number) => void): {
  /** null: nothing is recorded. */
  seconds: number | null;
  problem: string | null;
  press: () => void;
} {
  const [seconds, setSeconds] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const recorder = useRef<MediaRecorder | null>(null);
  const told = useRef(onVoice);
  told.current = onVoice;
  useEffect(() => () => stop(recorder.current), []);
  const begin = async () => {
    setProblem(null);
    try {
      if (!navigator.mediaDevices || typeof MediaRecorder === 'undefined')
        throw new Error('no microphone on this page');
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
      const made = new MediaRecorder(stream, { ...(mimeType && { mimeType }), audioBitsPerSecond: 32_000 });
      recorder.current = made;
      const parts: Blob[] = [];
      const beganMs = performance.now();
      const clock = setInterval(() => {
        const ms = performance.now() - beganMs;
        setSeconds(Math.floor(ms / 1000));
        if (ms >= LONGEST_MS - 500) stop(made);
      }, 250);
      made.ondataavailable = ({ data }) => parts.push(data);
      made.onstop = () => {
        clearInterval(clock);
        recorder.current = null;
        setSeconds(null);
        const durationMs = Math.min(LONGEST_MS, performance.now() - beganMs);
        if (durationMs >= LEAST_MS) told.current(new Blob(parts, { type: made.mimeType }), durationMs);
      };
      made.start();
      setSeconds(0);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return { seconds, problem, press: () => (recorder.current ? stop(recorder.current) : void begin()) };
}

function stop(recorder: MediaRecorder | null): void {
  if (recorder === null || recorder.state === 'inactive') return;
  recorder.stop();
  for (const track of recorder.stream.getTracks()) track.stop();
}
