import { hash, verify } from '@node-rs/argon2';

/** OWASP's least for argon2id, the library's default variant: 19 MiB, two passes, one lane. */
const OPTIONS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

let nobodysHash: Promise<string> | null = null;

export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFC'), OPTIONS);
}

/** Takes as long for an unknown account (`storedHash` null) as for a known one, and is then false. */
export async function verifyPassword(storedHash: string | null, password: string): Promise<boolean> {
  nobodysHash ??= hashPassword('the password of nobody');
  const matches = await verify(storedHash ?? (await nobodysHash), password.normalize('NFC'));
  return matches && storedHash !== null;
}
