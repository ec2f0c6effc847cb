import { z } from 'zod';

/** Where a graph runs: names of ONNX Runtime's execution providers. */
export const ExecutionProvider = z.enum(['cpu', 'cuda', 'tensorrt', 'webgpu']);
export type ExecutionProvider = z.infer<typeof ExecutionProvider>;
