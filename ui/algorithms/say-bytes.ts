const UNITS = ['B', 'KiB', 'MiB', 'GiB'] as const;

/** A size with three digits that count: "11.6 MiB". */
export function sayBytes(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const amount = bytes / 1024 ** step;
  return `${step === 0 || amount >= 100 ? Math.round(amount) : amount.toFixed(1)} ${UNITS[step]}`;
}
