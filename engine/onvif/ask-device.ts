import { Refusal } from '../contract/refusal.ts';
import { OnvifTrouble, type OnvifTroubleCode } from './onvif-trouble.ts';

/** What the person who asked is told: one line for each kind of trouble. */
const SAID: Record<OnvifTroubleCode, { message: string; expected: string }> = {
  unreachable: { message: 'The device cannot be reached.', expected: 'an ONVIF device that answers' },
  'too-slow': { message: 'The device did not answer in time.', expected: 'a whole answer within seconds' },
  'wrong-credentials': { message: 'The device refuses user or password.', expected: 'those of an ONVIF user of it' },
  'too-large': { message: 'The device’s answer is too large.', expected: 'an answer of at most 1 MiB' },
  'no-onvif': { message: 'What answers there is no ONVIF service.', expected: 'the address of a device service' },
  'no-ptz': { message: 'The device turns no camera.', expected: 'a profile with PTZ' },
  refused: { message: 'The device refuses that.', expected: 'what the device can do' },
};

/** Asks a device for a person; what it does not do is a refusal, without address or answer. @throws Refusal 502 `onvif-…` */
export async function askDevice<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof OnvifTrouble) throw refusedByDevice(error, what);
    throw error;
  }
}

function refusedByDevice(trouble: OnvifTrouble, what: string): Refusal {
  const { message, expected } = SAID[trouble.code];
  return new Refusal(502, `onvif-${trouble.code}`, message, {
    got: `${what}: ${trouble.message}`,
    expected,
    cause: trouble,
  });
}
