import { overlapOf } from '../alerts/overlap.ts';
import type { RaisedAlert } from './watched-street.ts';

/** One vehicle that truly stands in the zone, longer than the dwell. Times since the recording's start. */
export interface ParkedEvent {
  name: string;
  onsetMs: number;
  /** The recording's end where it never leaves. */
  endMs: number;
  /** Shares of the picture. */
  xyxy: [number, number, number, number];
}

/** What became of one recording. */
export interface Outcome {
  name: string;
  dwellMs: number;
  events: readonly ParkedEvent[];
  alerts: readonly RaisedAlert[];
  /** How often the track of a parked vehicle had another id than before. */
  idSwitches: number;
}

export interface Figures {
  recordings: number;
  events: number;
  parkedHours: number;
  idSwitches: number;
  idSwitchesPerParkedHour: number | null;
  alertsPerEvent: number | null;
  missedEvents: number;
  repeatAlerts: number;
  falseAlerts: number;
  onsetErrorMedianS: number | null;
  onsetErrorP95S: number | null;
  f1: number | null;
  s4: number | null;
}

/** A hit is an alert within this time of its due moment. */
const HIT_WITHIN_MS = 10_000;
const GOAL_ONSET_S = 5;
/** RMSE of the hits is counted up to this many seconds. */
const WORST_RMSE_S = 300;
/** An alert belongs to an event whose place it shares so far, raised while the vehicle stood or shortly after. */
const SAME_PLACE_IOU = 0.3;
const AFTER_END_MS = 5_000;

/**
 * Counts over recordings. An event's alert is due at its onset plus the dwell; the onset error is how far from that it was
 * raised. S4 = F1 · (1 − RMSE / 300 s), as in the AI City Challenge's anomaly track (Naphade et al. 2019), with the
 * i-LIDS window of 10 s for a hit; a repeat alert, and a late one, is a false positive of F1. Null: there is nothing to
 * count.
 */
export function figuresOf(outcomes: readonly Outcome[]): Figures {
  const errorsS: number[] = [];
  let events = 0;
  let parkedMs = 0;
  let idSwitches = 0;
  let matched = 0;
  let missed = 0;
  let alerts = 0;
  for (const outcome of outcomes) {
    const ofEvent = alertsOfEvents(outcome);
    events += outcome.events.length;
    alerts += outcome.alerts.length;
    idSwitches += outcome.idSwitches;
    for (const event of outcome.events) {
      const [first, ...repeats] = ofEvent.get(event) ?? [];
      parkedMs += event.endMs - event.onsetMs;
      if (!first) missed++;
      else {
        matched += 1 + repeats.length;
        errorsS.push(Math.abs(first.raisedAtMs - event.onsetMs - outcome.dwellMs) / 1000);
      }
    }
  }
  const hitsS = errorsS.filter((errorS) => 1000 * errorS <= HIT_WITHIN_MS);
  const f1 = events + alerts === 0 ? null : (2 * hitsS.length) / (events + alerts);
  const rmseS = hitsS.length === 0 ? 0 : Math.sqrt(hitsS.reduce((sum, s) => sum + s * s, 0) / hitsS.length);
  const parkedHours = parkedMs / 3_600_000;
  return {
    recordings: outcomes.length,
    events,
    parkedHours: round(parkedHours),
    idSwitches,
    idSwitchesPerParkedHour: parkedHours > 0 ? round(idSwitches / parkedHours) : null,
    alertsPerEvent: events > 0 ? round(matched / events) : null,
    missedEvents: missed,
    repeatAlerts: matched - (events - missed),
    falseAlerts: alerts - matched,
    onsetErrorMedianS: quantile(errorsS, 0.5),
    onsetErrorP95S: quantile(errorsS, 0.95),
    f1: f1 === null ? null : round(f1),
    s4: f1 === null ? null : round(f1 * (1 - Math.min(rmseS, WORST_RMSE_S) / WORST_RMSE_S)),
  };
}

/** The alerts of each event, in the order in which they were raised; each alert goes to the event it overlaps most. */
function alertsOfEvents({ events, alerts }: Pick<Outcome, 'events' | 'alerts'>): Map<ParkedEvent, RaisedAlert[]> {
  const ofEvent = new Map<ParkedEvent, RaisedAlert[]>();
  for (const alert of alerts) {
    let best: ParkedEvent | null = null;
    let bestIou = SAME_PLACE_IOU;
    for (const event of events) {
      if (alert.raisedAtMs < event.onsetMs || alert.raisedAtMs > event.endMs + AFTER_END_MS) continue;
      const { iou } = overlapOf(boxAt(event.xyxy), boxAt(alert.xyxy));
      if (iou < bestIou) continue;
      best = event;
      bestIou = iou;
    }
    if (best) ofEvent.set(best, [...(ofEvent.get(best) ?? []), alert]);
  }
  return ofEvent;
}

/** What is not as it should be in one recording, in words. */
export function faultsOf(outcome: Outcome): string[] {
  const ofEvent = alertsOfEvents(outcome);
  const faults: string[] = [];
  if (outcome.idSwitches > 0) faults.push(`${outcome.idSwitches} id switches`);
  for (const event of outcome.events) {
    const own = ofEvent.get(event) ?? [];
    if (own.length !== 1) faults.push(`${event.name}: ${own.length} alerts`);
    const lateS = own[0] ? (own[0].raisedAtMs - event.onsetMs - outcome.dwellMs) / 1000 : 0;
    if (Math.abs(lateS) > GOAL_ONSET_S) faults.push(`${event.name}: raised ${lateS} s after its due time`);
  }
  const told = new Set([...ofEvent.values()].flat());
  for (const { xyxy, raisedAtMs } of outcome.alerts.filter((alert) => !told.has(alert))) {
    faults.push(`false alert at ${raisedAtMs / 1000} s, ${xyxy.map((share) => share.toFixed(3)).join(' ')}`);
  }
  return faults;
}

const boxAt = (xyxy: ParkedEvent['xyxy']) => ({ xyxy, class: 'car', score: 1 });

const round = (value: number) => Number(value.toFixed(3));

function quantile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return value === undefined ? null : round(value);
}
