/**
 * Opens uploads of strangers: started with limits of memory and time, and killed when it exceeds them. What it answers is
 * checked by its parent, which never opens an upload itself.
 */
import { inspect } from './inspect.ts';
import { InspectionRequest } from './request.ts';

process.on('message', async (raw) => {
  const request = InspectionRequest.parse(raw);
  process.send?.({ id: request.id, inspection: await inspect(request) });
});
process.once('disconnect', () => process.exit(0));
process.send?.({ ready: true });
