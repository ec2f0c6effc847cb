const REPORT_EVERY_MS = 1000;

/** Turns a flood of equal errors into one line a second with a count. */
export class Troubles {
  #tell: (message: string, count: number) => void;
  #counts = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;

  constructor(tell: (message: string, count: number) => void) {
    this.#tell = tell;
  }

  note(where: string, error: unknown): void {
    const message = `${where}: ${error instanceof Error ? error.message : String(error)}`;
    this.#counts.set(message, (this.#counts.get(message) ?? 0) + 1);
    this.#timer ??= setTimeout(() => this.#flush(), REPORT_EVERY_MS);
  }

  #flush(): void {
    this.#timer = null;
    for (const [message, count] of this.#counts) this.#tell(message, count);
    this.#counts.clear();
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
  }
}
