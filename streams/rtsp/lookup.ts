import { promises as dns, type LookupAddress, lookup as lookupInSystem } from 'node:dns';
import type { LookupFunction } from 'node:net';

/** Asks name servers without taking a thread, however long they are silent. */
const resolver = new dns.Resolver({ timeout: 2000, tries: 2 });

/** A lookup by the system holds one of libuv's few threads for as long as a dead name server takes. */
const IN_SYSTEM_AT_ONCE = 2;
let inSystem = 0;
const waiting: (() => void)[] = [];

/**
 * Finds a camera's addresses so that many dead names neither starve the process of threads nor keep others waiting:
 * names with a dot from the name servers, and what these do not know (hosts file, mDNS) from the system.
 */
export const lookupHost: LookupFunction = (hostname, options, callback) => {
  const answer = ([first, ...others]: LookupAddress[]) => {
    if (options.all === true) callback(null, [first!, ...others]);
    else callback(null, first!.address, first!.family);
  };
  const askSystem = () => {
    inSystem++;
    lookupInSystem(hostname, { ...options, all: true }, (error, addresses) => {
      inSystem--;
      waiting.shift()?.();
      if (error === null) answer(addresses);
      else callback(error, []);
    });
  };
  const askSystemInTurn = () => {
    if (inSystem < IN_SYSTEM_AT_ONCE) askSystem();
    else waiting.push(askSystem);
  };
  if (!hostname.includes('.')) askSystemInTurn();
  else
    askNameServers(hostname).then(
      (addresses) => (addresses.length > 0 ? answer(addresses) : askSystemInTurn()),
      askSystemInTurn,
    );
};

async function askNameServers(hostname: string): Promise<LookupAddress[]> {
  const [v4, v6] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  const found = (result: typeof v4, family: 4 | 6) =>
    result.status === 'fulfilled' ? result.value.map((address) => ({ address, family })) : [];
  return [...found(v4, 4), ...found(v6, 6)];
}
