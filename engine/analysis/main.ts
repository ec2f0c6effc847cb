/** A shard process: it is told what to watch by its parent, and ends with it. */
import { type FromShard, ToShard } from './messages.ts';
import { Shard } from './shard.ts';

const send = process.send?.bind(process);
if (!send) {
  process.stderr.write('A shard is started by the engine (npm start), not by hand.\n');
  process.exit(2);
}

/** Messages are heard one after the other, in order. */
let hearing: Promise<void> = Promise.resolve();
let shard: Shard | null = null;

process.on('message', (raw) => {
  const message = ToShard.parse(raw);
  hearing = hearing
    .then(async () => {
      if (message.kind === 'start') shard = await Shard.start(message.settings, tell);
      else if (message.kind === 'stop') await leave(0);
      else await shard?.hear(message);
    })
    .catch((error) => {
      process.stderr.write(`shard: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(1);
    });
});
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => void leave(0));

function tell(message: FromShard, sent: () => void = () => undefined): void {
  // A parent that is just gone cannot be told: the disconnect ends this process.
  if (process.connected) send!(message, undefined, undefined, sent);
}

async function leave(code: number): Promise<void> {
  await shard?.close();
  process.exit(code);
}
