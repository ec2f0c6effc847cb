/** walks, drives: it leaves by itself and another may take its place; lies: it stays until it is fetched. */
export type Habit = 'walks' | 'drives' | 'lies';

/** How things of a class group behave; a group that is not named lies where it is. */
const HABITS: Readonly<Record<string, Habit>> = {
  person: 'walks',
  dog: 'walks',
  cat: 'walks',
  bird: 'walks',
  vehicle: 'drives',
  cycle: 'drives',
  train: 'drives',
};

/** The habit of a class group. */
export function habitOf(group: string): Habit {
  return HABITS[group] ?? 'lies';
}
