/** What a key goes to in the case that is open; what is not there, or may not be done, is passed over. */
const ASSIGN = '.next-step [data-step="assigned"]';
const UNIT = '.next-step .field:not(.other-steps) select';
const DO = '.next-step .actions button';
const PAIRS = '.case-pairs :is(button, a)';

const found = (selector: string): HTMLElement | null => document.querySelector<HTMLElement>(selector);

/** Chooses to send the case out, and goes to whom. */
export function goToAssign(): void {
  found(ASSIGN)?.click();
  // The field is drawn first.
  requestAnimationFrame(() => found(UNIT)?.focus());
}

/** Goes to the button that does the step which is chosen; Enter presses it. */
export function goToDo(): void {
  found(DO)?.focus();
}

/** Goes to the cases that this one may be the same as, or has been merged with. */
export function goToPairs(): void {
  const first = found(PAIRS);
  first?.scrollIntoView({ block: 'center' });
  first?.focus();
}
