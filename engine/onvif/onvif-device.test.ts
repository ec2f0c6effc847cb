import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { type DeviceFault, type DeviceSettings, TestDevice } from './device-for-tests.ts';
import { OnvifDevice } from './onvif-device.ts';
import { OnvifTrouble } from './onvif-trouble.ts';
import { readEnvelope } from './read-answer.ts';
import { passwordDigest } from './username-token.ts';

const opened: TestDevice[] = [];
afterEach(async () => {
  for (const device of opened.splice(0)) await device.close();
});

async function open(settings: DeviceSettings = {}): Promise<TestDevice> {
  const device = await TestDevice.open(settings);
  opened.push(device);
  return device;
}

async function troubleOf(asked: Promise<unknown>): Promise<OnvifTrouble> {
  const error = await asked.then(
    () => new Error('it was answered'),
    (error) => error,
  );
  expect(error).toBeInstanceOf(OnvifTrouble);
  return error;
}

test('the password digest is that of the example in the ONVIF Application Programmer’s Guide', () => {
  const nonce = Buffer.from('LKqI6G/AikKCQrN0zqZFlg==', 'base64');
  expect(passwordDigest(nonce, '2010-09-16T07:50:45Z', 'userpassword')).toBe('tuOSpGlFlIXsozq4HFNeeGeFLEI=');
});

test('profiles and stream addresses are read, at the host that was named and not at the one the device calls itself', async () => {
  const device = await open({
    channels: [
      { name: '东门', streamUri: 'rtsp://192.168.1.64:554/1', subStreamUri: 'rtsp://192.168.1.64:554/2' },
      { name: '西门', streamUri: 'rtsp://192.168.1.64:554/3' },
    ],
  });
  const onvif = new OnvifDevice(device.address);
  expect(await onvif.profiles()).toEqual([
    {
      token: 'main0',
      name: '东门',
      videoSource: 'source0',
      encoding: 'H264',
      widthPx: 1920,
      heightPx: 1080,
      turns: true,
    },
    {
      token: 'sub0',
      name: '东门 sub',
      videoSource: 'source0',
      encoding: 'H264',
      widthPx: 640,
      heightPx: 360,
      turns: true,
    },
    {
      token: 'main1',
      name: '西门',
      videoSource: 'source1',
      encoding: 'H264',
      widthPx: 1920,
      heightPx: 1080,
      turns: false,
    },
  ]);
  expect(await onvif.streamUri('sub0')).toBe('rtsp://192.168.1.64:554/2');
});

test('a device turns until it is stopped, or until its own time is over', async () => {
  const device = await open();
  const onvif = new OnvifDevice(device.address);
  await onvif.move({ panTilt: [1, -0.5], zoom: null }, 2_000);
  expect((await onvif.status()).isMoving).toBe(true);
  await sleep(300);
  await onvif.stop();
  const { pan, tilt, zoom } = device.position;
  expect(pan).toBeGreaterThan(0.1);
  expect(tilt).toBeLessThan(-0.05);
  expect(zoom).toBe(0);
  expect(await onvif.status()).toEqual({ pan, tilt, zoom, isMoving: false });

  await onvif.move({ panTilt: null, zoom: 1 }, 200);
  await sleep(400);
  expect(device.isMoving).toBe(false);
  expect(device.position.zoom).toBeGreaterThan(0.05);
  expect(device.position.zoom).toBeLessThan(0.15);
});

test('presets are listed, saved under any name, and gone to', async () => {
  const device = await open();
  const onvif = new OnvifDevice(device.address);
  await onvif.move({ panTilt: [1, 0], zoom: null }, 1_000);
  await sleep(200);
  await onvif.stop();
  const there = device.position;
  const token = await onvif.savePreset('桥 & "河"');
  expect(await onvif.presets()).toEqual([
    { token: '1', name: '大门' },
    { token, name: '桥 & "河"' },
  ]);
  await onvif.goToPreset('1');
  await sleep(600);
  expect(device.position.pan).toBe(0);
  await onvif.goToPreset(token);
  await sleep(600);
  expect(device.position.pan).toBeCloseTo(there.pan, 6);
  expect((await troubleOf(onvif.goToPreset('99'))).message).toBe('NoToken');
});

test.each<[string, DeviceSettings]>([
  ['whose clock is nine hours off', { skewMs: 9 * 3_600_000 }],
  ['that wants HTTP’s own digest', { signIn: 'http-digest' }],
  ['that knows no GetServices', { knowsServices: false }],
])('a device %s is signed in to and turned', async (_, settings) => {
  const device = await open(settings);
  const onvif = new OnvifDevice(device.address);
  expect(await onvif.presets()).toHaveLength(1);
  expect(device.refusedSignIns).toBe(settings.signIn === 'http-digest' ? device.asked.length - 1 : 0);
});

test('a wrong password is told as such, by token and by digest', async () => {
  for (const signIn of ['token', 'http-digest'] as const) {
    const device = await open({ signIn });
    const wrong = new OnvifDevice({ ...device.address, password: 'guess' });
    expect((await troubleOf(wrong.presets())).code).toBe('wrong-credentials');
    expect((await troubleOf(wrong.profiles())).code).toBe('wrong-credentials');
  }
});

test.each<[DeviceFault, string]>([
  ['silent', 'too-slow'],
  ['trickle', 'too-slow'],
  ['huge', 'too-large'],
  ['elsewhere', 'no-onvif'],
  ['no-onvif', 'no-onvif'],
])('a device that is %s is told as %s, without what it said', async (fault, code) => {
  const device = await open();
  device.fault = fault;
  const startedMs = performance.now();
  const trouble = await troubleOf(new OnvifDevice(device.address, 500).profiles());
  expect(trouble.code).toBe(code);
  expect(trouble.message).not.toMatch(/secret|operator|127\.0\.0\.1|http/);
  expect(performance.now() - startedMs).toBeLessThan(1500);
});

test('nobody at the address is told as unreachable', async () => {
  const device = await TestDevice.open();
  const { address } = device;
  await device.close();
  const trouble = await troubleOf(new OnvifDevice(address).presets());
  expect([trouble.code, trouble.message]).toEqual(['unreachable', 'ECONNREFUSED']);
});

test('an answer with a document type, or nested without end, is none', () => {
  expect(() => readEnvelope('<!DOCTYPE a [<!ENTITY b "c">]><Envelope>&b;</Envelope>')).toThrow('a document type');
  expect(() => readEnvelope('<Envelope>'.repeat(100))).toThrow('nested too deep');
  expect(() => readEnvelope('<Envelope><Body></Envelope>')).toThrow('not well-formed');
  expect(() => readEnvelope('')).toThrow();
});
