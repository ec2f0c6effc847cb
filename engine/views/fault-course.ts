import type { PictureFaultCode } from '../contract/camera.ts';

/** What one picture says; unsure: neither that all is well nor that it is not. */
export type Verdict = Exclude<PictureFaultCode, 'turned'> | 'well' | 'unsure';

export interface PictureFault {
  code: PictureFaultCode;
  /** When the first picture that showed it was captured. */
  sinceMs: number;
}

/** A fault begins after so long, and so many pictures, without one that is well: a bus passes sooner. */
const BEGIN_MS = 10_000;
const BEGIN_PICTURES = 4;
/** It ends after so long, and so many pictures, that are all well: by night each passing car lights the scene. */
const END_MS: Record<PictureFaultCode, number> = {
  covered: 3_000,
  dark: 30_000,
  frozen: 3_000,
  'view-moved': 3_000,
  turned: 3_000,
};
const END_PICTURES = 3;

/** A run of pictures that say the same. */
interface Run {
  code: PictureFaultCode | 'well';
  sinceMs: number;
  lastMs: number;
  pictures: number;
}

/** The course of a camera's picture faults, with hysteresis; one at a time. */
export class FaultCourse {
  fault: PictureFault | null = null;
  #run: Run | null = null;

  /** Takes in the verdict on the picture captured at `atMs`. @returns whether what it shows may be believed. */
  take(verdict: Verdict, atMs: number): boolean {
    if (this.fault) this.#stay(this.fault, verdict, atMs);
    else this.#begin(verdict, atMs);
    return this.fault === null && this.#run === null;
  }

  /** A fault that took its time to be told needs no further run of pictures. */
  enter(fault: PictureFault): void {
    this.fault = fault;
    this.#run = null;
  }

  /** The pictures that follow have nothing to do with those before; a fault holds until they show that it is over. */
  interrupt(): void {
    this.#run = null;
  }

  /** Whether a run of pictures that are well is long enough to end the fault, or, without one, to tell another view by. */
  endsBy(run: { pictures: number; sinceMs: number; lastMs: number }): boolean {
    return isLong(run, END_MS[this.fault?.code ?? 'view-moved'], END_PICTURES);
  }

  /** Nothing is known any more. */
  forget(): void {
    this.fault = null;
    this.#run = null;
  }

  #begin(verdict: Verdict, atMs: number): void {
    if (verdict === 'well') {
      this.#run = null;
      return;
    }
    const run = this.#run;
    if (verdict === 'unsure') {
      if (run && atMs - run.lastMs >= BEGIN_MS) this.#run = null;
      return;
    }
    this.#run = { code: verdict, sinceMs: run?.sinceMs ?? atMs, lastMs: atMs, pictures: (run?.pictures ?? 0) + 1 };
    if (isLong(this.#run, BEGIN_MS, BEGIN_PICTURES)) {
      this.enter({ code: verdict, sinceMs: this.#run.sinceMs });
    }
  }

  /** A fault ends, or becomes another, by a run of pictures that say so without a break. */
  #stay(fault: PictureFault, verdict: Verdict, atMs: number): void {
    if (verdict === 'unsure' || verdict === fault.code) {
      this.#run = null;
      return;
    }
    const run = this.#run?.code === verdict ? this.#run : null;
    this.#run = { code: verdict, sinceMs: run?.sinceMs ?? atMs, lastMs: atMs, pictures: (run?.pictures ?? 0) + 1 };
    if (verdict === 'well' && this.endsBy(this.#run)) this.forget();
    else if (verdict !== 'well' && isLong(this.#run, BEGIN_MS, BEGIN_PICTURES)) {
      this.enter({ code: verdict, sinceMs: this.#run.sinceMs });
    }
  }
}

function isLong(run: Omit<Run, 'code'>, leastMs: number, leastPictures: number): boolean {
  return run.lastMs - run.sinceMs >= leastMs && run.pictures >= leastPictures;
}
