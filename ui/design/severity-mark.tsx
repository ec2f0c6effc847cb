import type { ReactNode } from 'react';
import type { Severity } from '../live/alert-order.ts';
import { useWords } from '../words/words.ts';

export type MarkName = Severity | 'offline';

/** The colour of a mark; its shape says the same, so neither stands alone. */
export const MARK_COLOR: Record<MarkName, string> = {
  critical: '#ff7a45',
  major: '#e69f00',
  minor: '#f0e442',
  info: '#56b4e9',
  offline: '#8a97a5',
};

/** The outlines of the marks in a square of 24: triangle, diamond, square, disc. The map draws from these too. */
export const MARK_PATH: Record<Severity, string> = {
  critical: 'M12 2.2 22.6 21H1.4z',
  major: 'M12 1.2 22.8 12 12 22.8 1.2 12z',
  minor: 'M3.4 3.4h17.2v17.2H3.4z',
  info: 'M12 2.4a9.6 9.6 0 1 0 0 19.2 9.6 9.6 0 0 0 0-19.2z',
};

interface SeverityMarkProps {
  severity: Severity;
  /** Hollow: somebody has it in hand. */
  hollow?: boolean;
}

/** ▲ ◆ ■ ●: the severity of an alert, with its name for those who listen. */
export function SeverityMark({ severity, hollow = false }: SeverityMarkProps): ReactNode {
  const { t } = useWords();
  const color = MARK_COLOR[severity];
  return (
    <svg className="mark" viewBox="0 0 24 24" role="img" aria-label={t(`severity.${severity}`)}>
      <path
        d={MARK_PATH[severity]}
        fill={hollow ? 'none' : color}
        stroke={color}
        strokeWidth={hollow ? 2.6 : 0.8}
        strokeLinejoin="round"
        transform={hollow ? 'translate(1.2 1.2) scale(0.9)' : undefined}
      />
      {severity === 'critical' && (
        <path d="M12 9v5.4M12 16.6v2.2" stroke={hollow ? color : '#111a23'} strokeWidth="2.4" fill="none" />
      )}
    </svg>
  );
}

/** The outlines of ◒ in a square of 24: a ring, and its lower half filled. The map draws from these too. */
export const DEGRADED_PATH = {
  ring: 'M12 5.2a6.8 6.8 0 1 0 0 13.6 6.8 6.8 0 0 0 0-13.6z',
  half: 'M5.2 12a6.8 6.8 0 0 0 13.6 0z',
};
export const CAMERA_COLOR = '#6f8aa3';

/** ◒: pictures arrive, not all of them whole. */
export function DegradedMark({ label }: { label: string }): ReactNode {
  return (
    <svg className="mark" viewBox="0 0 24 24" role="img" aria-label={label}>
      <path d={DEGRADED_PATH.ring} fill="none" stroke={CAMERA_COLOR} strokeWidth="2.6" />
      <path d={DEGRADED_PATH.half} fill={CAMERA_COLOR} />
    </svg>
  );
}

/** ⊖: pictures arrive that are not to be gone by. */
export function FaultMark({ label }: { label: string }): ReactNode {
  return (
    <svg className="mark" viewBox="0 0 24 24" role="img" aria-label={label}>
      <circle cx="12" cy="12" r="8.6" fill="none" stroke={MARK_COLOR.offline} strokeWidth="2.6" />
      <path d="M7 12h10" stroke={MARK_COLOR.offline} strokeWidth="3" />
    </svg>
  );
}

/** ⊘: no picture arrives. */
export function OfflineMark({ label }: { label: string }): ReactNode {
  return (
    <svg className="mark" viewBox="0 0 24 24" role="img" aria-label={label}>
      <circle cx="12" cy="12" r="8.6" fill="none" stroke={MARK_COLOR.offline} strokeWidth="2.6" />
      <path d="M6 18 18 6" stroke={MARK_COLOR.offline} strokeWidth="2.6" />
    </svg>
  );
}
