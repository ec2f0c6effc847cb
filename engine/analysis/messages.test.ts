import { expect, test } from 'vitest';
import { FAULTS } from '#streams/faults.ts';
import { CameraFault } from '../contract/camera.ts';

test('the contract names every fault that a stream can tell, and one of the engine’s own', () => {
  expect([...CameraFault.options].sort()).toEqual([...Object.keys(FAULTS), 'analysis-ended'].sort());
});
