import { z } from 'zod';

export const Role = z.enum(['operator', 'dispatcher', 'model-admin', 'administrator', 'officer']);
export type Role = z.infer<typeof Role>;

/** Whose rows an account sees: its division (GB/T 2260; the city sees its counties) and its department (null: all). */
export const Account = z.object({
  id: z.string(),
  username: z.string(),
  displayName: z.string(),
  roles: z.array(Role),
  division: z.string(),
  department: z.string().nullable(),
  unitId: z.string().optional().describe('Of an officer: whose cases it sees, and nothing else'),
});
export type Account = z.infer<typeof Account>;

export const NewAccount = z.strictObject({
  username: z.string().regex(/^[\p{L}\p{N}._-]{2,64}$/u),
  displayName: z.string().min(1).max(80),
  password: z.string().min(10).max(256),
  roles: z.array(Role).min(1),
  division: z.string().regex(/^\d{6}$/),
  department: z.string().max(64).nullable().default(null),
});
export type NewAccount = z.infer<typeof NewAccount>;

export const Credentials = z.strictObject({ username: z.string().max(64), password: z.string().max(256) });
export type Credentials = z.infer<typeof Credentials>;
