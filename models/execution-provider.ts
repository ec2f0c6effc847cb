import { InferenceSession, listSupportedBackends } from 'onnxruntime-node';
import type { ExecutionProvider } from '#config/execution-provider.ts';

/** Where a session runs, and why it is not where it was wanted; null when it is. */
export interface RunsOn {
  provider: ExecutionProvider;
  refusal: string | null;
}

/**
 * Opens a session where it is wanted; where that does not work (no such card, its libraries not installed) it is opened on
 * the CPU, and `refusal` says what was got and what was expected.
 * @throws Error when the graph does not open on the CPU either
 */
export async function openWhereWanted(
  graph: string | Buffer,
  wanted: ExecutionProvider,
  settings: InferenceSession.SessionOptions,
): Promise<{ session: InferenceSession; runsOn: RunsOn }> {
  const open = (executionProviders: ExecutionProvider[]) => {
    const options = { ...settings, executionProviders };
    return typeof graph === 'string'
      ? InferenceSession.create(graph, options)
      : InferenceSession.create(graph, options);
  };
  if (wanted === 'cpu') return { session: await open(['cpu']), runsOn: { provider: 'cpu', refusal: null } };
  try {
    return { session: await open([wanted, 'cpu']), runsOn: { provider: wanted, refusal: null } };
  } catch (cause) {
    const reason = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0];
    const session = await open(['cpu']);
    const known = listSupportedBackends().map(({ name, bundled }) => (bundled ? name : `${name} (to be installed)`));
    const refusal = `got "${reason}" from ${wanted}, expected a card and its libraries; this runtime knows ${known.join(', ')}; the CPU is used instead`;
    return { session, runsOn: { provider: 'cpu', refusal } };
  }
}
