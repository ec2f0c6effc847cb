/** JSON that was parsed through the schema of its route when it was written, in UTF-8. */
export class ReadyJson {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}
