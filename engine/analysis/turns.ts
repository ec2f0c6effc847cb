/**
 * Whose turn it is: the one that has waited longest. Who already waits keeps the place in the line; a newer frame of a
 * waiting camera replaces its older one without moving the camera back.
 */
export class Turns<T> {
  #waiting = new Set<T>();

  /** Returns false if it was waiting already. */
  ask(who: T): boolean {
    if (this.#waiting.has(who)) return false;
    this.#waiting.add(who);
    return true;
  }

  next(): T | undefined {
    for (const who of this.#waiting) {
      this.#waiting.delete(who);
      return who;
    }
    return undefined;
  }

  leave(who: T): void {
    this.#waiting.delete(who);
  }

  get length(): number {
    return this.#waiting.size;
  }
}
