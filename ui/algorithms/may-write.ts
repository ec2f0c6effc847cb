import { useDesk } from '../live/use-live.ts';

/** Whether the account may upload models, move versions and bind algorithms; the server asks again. */
export function useMayWriteAlgorithms(): boolean {
  const { account } = useDesk();
  return account.roles.includes('model-admin') || account.roles.includes('administrator');
}
