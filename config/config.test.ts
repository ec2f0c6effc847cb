import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CameraConfig } from './camera.ts';
import { SiteConfig } from './site.ts';

const sites = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());

test.each(sites.map((site) => site.name))('the shipped site %s is valid', (site) => {
  const parsed = SiteConfig.parse(JSON.parse(readFileSync(`${import.meta.dirname}/${site}/site.json`, 'utf8')));
  expect(parsed.rules['exposed-garbage'].dwellMs).toBe(30_000);
});

test('the demo says its shorter dwell where an operator reads it', () => {
  const demo = SiteConfig.parse(JSON.parse(readFileSync(`${import.meta.dirname}/demo/site.json`, 'utf8')));
  expect(demo.notice?.zh).toContain(`${demo.rules['illegal-parking'].dwellMs / 1000} 秒`);
  expect(demo.notice?.en).toContain(`${demo.rules['illegal-parking'].dwellMs / 1000} s`);
});

const camera = { id: 'a-1', name: 'A', source: { kind: 'url', url: 'rtsp://x/1' }, lngLat: [116.3, 37.4] };

test.each([
  [{ lngLat: [37.4, 116.3] }, 'lngLat'],
  [
    {
      views: [
        {
          zones: [
            {
              kind: 'no-parking',
              polygon: [
                [0, 0],
                [1, 1],
              ],
            },
          ],
        },
      ],
    },
    'views',
  ],
  [
    {
      views: [
        {
          zones: [
            {
              kind: 'no-parking',
              polygon: [
                [0, 0],
                [1, 1],
                [1.2, 0],
              ],
            },
          ],
        },
      ],
    },
    'views',
  ],
  [{ source: { kind: 'url', url: 'ftp://x/1' } }, 'source'],
  [{ algorithms: [{ rule: 'illegal-parking', hours: ['25:00-26:00'] }] }, 'algorithms'],
  [{ id: '..' }, 'id'],
  [{ algorithms: [{ rule: 'illegal-parking', hours: ['24:00-07:00'] }] }, 'algorithms'],
  [{ views: [] }, 'views'],
  [{ zones: [] }, undefined],
  [{ colour: 'red' }, undefined],
])('a camera with %j is refused, and the error names the field', (fault, field) => {
  const result = CameraConfig.safeParse({ ...camera, ...fault });
  expect(result.success).toBe(false);
  if (field) expect(result.error?.issues.map((issue) => issue.path[0])).toContain(field);
});

test('a whole day may be written as people do, and an id may hold dots', () => {
  const whole = { ...camera, id: 'a.1', algorithms: [{ rule: 'illegal-parking', hours: ['00:00-24:00'] }] };
  expect(CameraConfig.safeParse(whole).success).toBe(true);
});
