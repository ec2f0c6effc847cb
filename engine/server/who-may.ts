import type { Account, Role } from '../contract/account.ts';

const EVERYONE: readonly Role[] = ['operator', 'dispatcher', 'model-admin', 'administrator'];
const DESK: readonly Role[] = ['operator', 'dispatcher', 'administrator'];

/** Which roles may do what. A route names one of these lines; what no line permits is denied. */
export const WHO_MAY = {
  'site.read': [...EVERYONE, 'officer'],
  'cameras.read': EVERYONE,
  'cameras.write': ['administrator'],
  'cameras.turn': DESK,
  'ptz-leases.take-over': ['administrator'],
  'ptz-uses.read': ['administrator'],
  'libraries.read': EVERYONE,
  'libraries.write': ['administrator'],
  'algorithms.read': EVERYONE,
  'algorithms.write': ['model-admin', 'administrator'],
  'labelled-sets.read': ['model-admin', 'administrator'],
  'labelled-sets.write': ['model-admin', 'administrator'],
  'alerts.read': EVERYONE,
  'alerts.handle': DESK,
  'downloads.read': ['administrator'],
  'audit.read': ['administrator'],
  'suppressions.read': EVERYONE,
  'suppressions.revoke': DESK,
  'cases.read': EVERYONE,
  'cases.open': DESK,
  'cases.dispatch': ['dispatcher', 'administrator'],
  'cases.approve': ['administrator'],
  'appraisals.read': DESK,
  'appraisals.export': ['dispatcher', 'administrator'],
  'policies.read': EVERYONE,
  'policies.write': ['administrator'],
  'units.read': EVERYONE,
  'units.write': ['administrator'],
  'officers.read': DESK,
  'officers.write': ['dispatcher', 'administrator'],
  // What an officer may: see the cases of their unit, and do what is theirs to do.
  'patrol.own': ['officer'],
  'handovers.read': DESK,
  'handovers.sign': ['dispatcher', 'administrator'],
  'notices.read': DESK,
  'webhooks.read': ['administrator'],
  'webhooks.write': ['administrator'],
  'accounts.read': ['administrator'],
  'accounts.write': ['administrator'],
  'changes.read': EVERYONE,
  'days.read': EVERYONE,
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof WHO_MAY;

export function may(account: Account, permission: Permission): boolean {
  const roles: readonly Role[] = WHO_MAY[permission];
  return account.roles.some((role) => roles.includes(role));
}
