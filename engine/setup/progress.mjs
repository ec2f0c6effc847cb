/** One line for each step that takes longer than two seconds, renewed with its time; its end is told too. */
const TELL_AFTER_MS = 2000;
const TELL_EVERY_MS = 5000;

/**
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(what, work) {
  const beganAt = Date.now();
  const seconds = () => `${Math.round((Date.now() - beganAt) / 1000)} s`;
  let told = false;
  const tell = () => {
    told = true;
    console.log(`… ${what} (${seconds()})`);
  };
  const first = setTimeout(tell, TELL_AFTER_MS);
  const next = setInterval(tell, TELL_EVERY_MS);
  try {
    const result = await work();
    if (told) console.log(`✓ ${what} (${seconds()})`);
    return result;
  } finally {
    clearTimeout(first);
    clearInterval(next);
  }
}

/** A failure that is one sentence with its remedy; no stack is shown for it. */
export class SetupFailure extends Error {}

/** @param {() => Promise<void>} main */
export async function orSayWhy(main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof SetupFailure ? `✗ ${error.message}` : error);
    process.exit(1);
  }
}
