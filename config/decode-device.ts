import { z } from 'zod';

/** What decodes a camera's pictures: the CPU, or a card by FFmpeg's name of its interface. */
export const DecodeDeviceName = z.enum(['cpu', 'cuda', 'vaapi', 'qsv', 'vulkan']);
export type DecodeDeviceName = z.infer<typeof DecodeDeviceName>;
