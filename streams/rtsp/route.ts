import { parseAddress, type StreamAddress } from './address.ts';

/** A server that sends on this often in a row sends in a circle. */
const MOST_REDIRECTS = 4;

/** The way to a camera: its own address, or where its server has sent us for this one time. */
export class Route {
  readonly #home: StreamAddress;
  #redirects = 0;
  address: StreamAddress;

  constructor(home: StreamAddress) {
    this.#home = home;
    this.address = home;
  }

  /**
   * Takes the address that a 3xx answer names. User and password go along to the same host only; another host gets
   * those that the new address brings.
   * @returns false for an address of another scheme, one that cannot be read, and for one redirect too many
   */
  follow(location: string): boolean {
    let next: StreamAddress;
    try {
      next = parseAddress(location);
    } catch {
      return false;
    }
    const { scheme, host, username, password } = this.address;
    if (next.scheme !== scheme || ++this.#redirects > MOST_REDIRECTS) return false;
    this.address = next.host === host && next.username === null ? { ...next, username, password } : next;
    return true;
  }

  /** The next attempt starts from the camera's own address. */
  backHome(): void {
    this.address = this.#home;
    this.#redirects = 0;
  }
}
