/** Stable names of what can be wrong with an algorithm package. */
export type PackageErrorCode =
  | 'file-missing'
  | 'file-empty'
  | 'manifest-invalid'
  | 'family-unknown'
  | 'labels-invalid'
  | 'labels-count'
  | 'onnx-unreadable'
  | 'onnx-hash'
  | 'onnx-external-data'
  | 'graph-input'
  | 'graph-output'
  | 'graph-refused';

/** An algorithm package that cannot be used: what was got, and what was expected, for a person to read. */
export class PackageError extends Error {
  override readonly name = 'PackageError';
  readonly code: PackageErrorCode;
  readonly got: unknown;
  readonly expected: unknown;

  constructor(code: PackageErrorCode, what: string, got: unknown, expected: unknown, cause?: unknown) {
    super(`${what}: got ${inWords(got)}, expected ${inWords(expected)}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.got = got;
    this.expected = expected;
  }
}

const inWords = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
