import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { DecodeDeviceName } from '#config/decode-device.ts';
import { ExecutionProvider } from '#config/execution-provider.ts';

const Text = z.string().min(1).optional();

const Variables = z.object({
  CHENGNAO_PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  CHENGNAO_HOST: z.string().default('0.0.0.0'),
  CHENGNAO_DATA: Text,
  CHENGNAO_SITE: Text,
  CHENGNAO_ADMIN_PASSWORD: Text,
  CHENGNAO_TLS_CERT: Text,
  CHENGNAO_TLS_KEY: Text,
  CHENGNAO_TLS_SELF_SIGNED: z.enum(['0', '1']).default('0'),
  CHENGNAO_METRICS_TOKEN: z.string().min(16).optional(),
  CHENGNAO_BASEMAP_KEY: Text,
  CHENGNAO_PUSH_CONTACT: z
    .string()
    .regex(/^(mailto:[^\s@]+@\S+|https:\/\/\S+)$/, 'mailto: with an address, or https://')
    .optional(),
  CHENGNAO_SHARDS: z.coerce.number().int().min(1).max(256).optional(),
  CHENGNAO_RENDITIONS: z.coerce.number().int().min(0).max(64).optional(),
  CHENGNAO_INFERENCE: ExecutionProvider.default('cpu'),
  CHENGNAO_DECODE: DecodeDeviceName.default('cpu'),
  CHENGNAO_DEMO_TROUBLE: Text,
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
});

export type Environment = ReturnType<typeof readEnvironment>;

/** @throws Error that names each variable that is wrong, what was got and what was expected */
export function readEnvironment(variables: NodeJS.ProcessEnv, root: string) {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = Variables.safeParse(given);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      const got = /PASSWORD|TOKEN|KEY|DATABASE_URL/.test(name)
        ? 'a value that is not shown'
        : JSON.stringify(given[name]);
      return `${name}: got ${got}, expected ${issue.message}`;
    });
    throw new Error(faults.join('; '));
  }
  const v = parsed.data;
  if (Boolean(v.CHENGNAO_TLS_CERT) !== Boolean(v.CHENGNAO_TLS_KEY))
    throw new Error('CHENGNAO_TLS_CERT and CHENGNAO_TLS_KEY: got one of them, expected both or none');
  return {
    port: v.CHENGNAO_PORT,
    host: v.CHENGNAO_HOST,
    dataDir: resolve(v.CHENGNAO_DATA ?? resolve(root, 'data')),
    siteDir: resolve(v.CHENGNAO_SITE ?? resolve(root, 'config/demo')),
    isDemo: !v.CHENGNAO_SITE,
    adminPassword: v.CHENGNAO_ADMIN_PASSWORD,
    tlsFiles: v.CHENGNAO_TLS_CERT && v.CHENGNAO_TLS_KEY ? { cert: v.CHENGNAO_TLS_CERT, key: v.CHENGNAO_TLS_KEY } : null,
    selfSigned: v.CHENGNAO_TLS_SELF_SIGNED === '1',
    metricsToken: v.CHENGNAO_METRICS_TOKEN,
    pushContact: v.CHENGNAO_PUSH_CONTACT,
    basemapKey: v.CHENGNAO_BASEMAP_KEY ?? null,
    shards: v.CHENGNAO_SHARDS,
    renditions: v.CHENGNAO_RENDITIONS ?? Math.max(1, Math.floor(availableParallelism() / 2)),
    executionProvider: v.CHENGNAO_INFERENCE,
    decodeDevice: v.CHENGNAO_DECODE,
    demoTrouble: v.CHENGNAO_DEMO_TROUBLE ?? null,
    databaseUrl: v.DATABASE_URL,
  };
}
