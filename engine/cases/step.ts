import type { CaseState, NewCaseEntry } from '../contract/case.ts';
import { Refusal } from '../contract/refusal.ts';

/** What may follow each state: a case is sent out, again if need be, begun, handled, and closed. */
const NEXT: Record<CaseState, readonly NewCaseEntry['kind'][]> = {
  opened: ['assigned', 'closed'],
  assigned: ['assigned', 'started', 'closed'],
  started: ['assigned', 'handled', 'closed'],
  handled: ['closed'],
  closed: [],
};

/**
 * The state that an entry brings a case to; the only place that knows.
 * @throws Refusal 409 `wrong-step`; 422 `unit-required` of an assignment, `note-required` where the reason must be said:
 * of what was done when it is handled, and of why it is closed before it was.
 */
export function stepTo(state: CaseState, entry: NewCaseEntry): CaseState {
  const { kind, unitId, note } = entry;
  if (!NEXT[state].includes(kind)) {
    throw new Refusal(409, 'wrong-step', `A case that is ${state} cannot be ${kind}.`, {
      got: kind,
      expected: NEXT[state],
    });
  }
  if (kind === 'assigned' && unitId === undefined) {
    throw new Refusal(422, 'unit-required', 'It must be said which unit the case is assigned to.', {
      got: 'no unitId',
      expected: 'the id of a unit',
    });
  }
  const mustSayWhy = kind === 'handled' || (kind === 'closed' && state !== 'handled');
  if (mustSayWhy && note.trim() === '') {
    const what = kind === 'handled' ? 'what was done' : 'why the case is closed before it was handled';
    throw new Refusal(422, 'note-required', `The note must say ${what}.`, { got: 'no note', expected: what });
  }
  return kind;
}
