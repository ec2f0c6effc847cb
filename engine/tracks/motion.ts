/** Measurement noise of centre and height, as a share of the height (SORT and ByteTrack: 1/20). */
const POSITION_STD = 1 / 20;
const ASPECT_STD = 0.1;
/** ByteTrack's noise per picture at 30 pictures a second, read as rates: position 30/20² and velocity 30·(30/160)². */
const POSITION_WALK_PER_S = 0.075;
const VELOCITY_WALK_PER_S3 = 1.055;
const ASPECT_WALK_PER_S = 30 * 1e-4;
/** Ten times ByteTrack's velocity noise per picture, in heights a second. */
const FIRST_VELOCITY_STD = 1.9;
/** A size is not extrapolated further than this. */
const MAX_SIZE_STEP_S = 1;

/**
 * The constant-velocity Kalman filter of SORT (Bewley et al. 2016, arXiv 1602.00763) and ByteTrack (Zhang et al. 2022, arXiv
 * 2110.06864) over centre x, centre y, aspect ratio and height, its step measured in seconds. With the diagonal noise of
 * both papers the four never mix, so they are four filters of two numbers each; the result is the same.
 */
export class BoxMotion {
  /** centre x px, centre y px, aspect ratio, height px */
  readonly #value = new Float64Array(4);
  readonly #velocityPerS = new Float64Array(4);
  readonly #varValue = new Float64Array(4);
  readonly #covariance = new Float64Array(4);
  readonly #varVelocity = new Float64Array(4);

  /** Begins anew at a measured box, at rest as far as is known. */
  begin(box: Float32Array): void {
    this.#measure(box);
    const heightPx = MEASURED[3]!;
    for (let k = 0; k < 4; k++) {
      const unit = k === 2 ? 1 : heightPx;
      this.#value[k] = MEASURED[k]!;
      this.#velocityPerS[k] = 0;
      this.#varValue[k] = k === 2 ? ASPECT_STD ** 2 : (2 * POSITION_STD * unit) ** 2;
      this.#covariance[k] = 0;
      this.#varVelocity[k] = k === 2 ? 1e-6 : (FIRST_VELOCITY_STD * unit) ** 2;
    }
  }

  /** Moves on by `stepS` seconds. */
  predict(stepS: number): void {
    const heightPx = this.#value[3]!;
    for (let k = 0; k < 4; k++) {
      const step = k < 2 ? stepS : Math.min(stepS, MAX_SIZE_STEP_S);
      const unit = k === 2 ? 1 : heightPx * heightPx;
      const walk = k === 2 ? ASPECT_WALK_PER_S : POSITION_WALK_PER_S * unit;
      const drive = k === 2 ? 1e-8 : VELOCITY_WALK_PER_S3 * unit;
      this.#value[k] = this.#value[k]! + this.#velocityPerS[k]! * step;
      this.#varValue[k] =
        this.#varValue[k]! +
        2 * step * this.#covariance[k]! +
        step * step * this.#varVelocity[k]! +
        walk * step +
        (drive * step ** 3) / 3;
      this.#covariance[k] = this.#covariance[k]! + step * this.#varVelocity[k]! + (drive * step * step) / 2;
      this.#varVelocity[k] = this.#varVelocity[k]! + drive * step;
    }
    this.#value[2] = Math.max(0.05, this.#value[2]!);
    this.#value[3] = Math.max(1, this.#value[3]!);
  }

  /** Takes in a measured box. */
  correct(box: Float32Array): void {
    this.#measure(box);
    const heightPx = this.#value[3]!;
    for (let k = 0; k < 4; k++) {
      const noise = k === 2 ? ASPECT_STD ** 2 : (POSITION_STD * heightPx) ** 2;
      const spread = this.#varValue[k]! + noise;
      const gain = this.#varValue[k]! / spread;
      const velocityGain = this.#covariance[k]! / spread;
      const surprise = MEASURED[k]! - this.#value[k]!;
      this.#value[k] = this.#value[k]! + gain * surprise;
      this.#velocityPerS[k] = this.#velocityPerS[k]! + velocityGain * surprise;
      this.#varVelocity[k] = this.#varVelocity[k]! - velocityGain * this.#covariance[k]!;
      this.#covariance[k] = this.#covariance[k]! * (1 - gain);
      this.#varValue[k] = this.#varValue[k]! * (1 - gain);
    }
  }

  /** Writes left, top, right, bottom of the present estimate. */
  writeBox(out: Float32Array): void {
    const halfHeight = this.#value[3]! / 2;
    const halfWidth = halfHeight * this.#value[2]!;
    out[0] = this.#value[0]! - halfWidth;
    out[1] = this.#value[1]! - halfHeight;
    out[2] = this.#value[0]! + halfWidth;
    out[3] = this.#value[1]! + halfHeight;
  }

  #measure(box: Float32Array): void {
    const heightPx = Math.max(1, box[3]! - box[1]!);
    MEASURED[0] = (box[0]! + box[2]!) / 2;
    MEASURED[1] = (box[1]! + box[3]!) / 2;
    MEASURED[2] = Math.max(1, box[2]! - box[0]!) / heightPx;
    MEASURED[3] = heightPx;
  }
}

const MEASURED = new Float64Array(4);
