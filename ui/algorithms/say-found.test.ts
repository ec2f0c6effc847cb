import { readdirSync, readFileSync } from 'node:fs';
import i18next from 'i18next';
import { expect, test } from 'vitest';
import { findingSaidEn } from '../words/finding-said-en.ts';
import { zh } from '../words/zh.ts';
import { sayFound } from './say-found.ts';

const words = i18next.createInstance({ lng: 'zh', resources: { zh: { page: zh } }, initAsync: false });
void words.init({ interpolation: { escapeValue: false } });
const say = (said: string) => sayFound(words.getFixedT('zh', 'page'), said);

test.each([
  ['the upload', '上传的文件'],
  ['0 bytes', '0 字节'],
  ['300000000 bytes so far', '已展开 300000000 字节'],
  ['at most 1048576 of text', '文本最多 1048576 字节'],
  ['200 bytes that unfold into 90000', '200 字节，展开为 90000 字节'],
  ['at most 2048 MiB', '最多 2048 MiB'],
  ['"van" twice', '“van”出现两次'],
  ['twice', '出现两次'],
  ['sha256 of the upload', '上传文件的 sha256'],
  ['sha256 of model.onnx', 'model.onnx 的 sha256'],
  ['one of: dense, end-to-end', '以下之一：dense, end-to-end'],
  ['input "<images & masks>"', '输入“<images & masks>”'],
])('%s is said as %s', (said, expected) => {
  expect(say(said)).toBe(expected);
});

test.each(['[1,3,640,640]', 'IR 12', 'opset 30', 'samples/van.jpg', 'SIGKILL', '640 × 641 px'])(
  '%s is a value and stands as it is',
  (value) => {
    expect(say(value)).toBe(value);
  },
);

test('each phrase is one that the engine says', () => {
  const sandbox = new URL('../../engine/algorithms/sandbox/', import.meta.url);
  const models = new URL('../../models/', import.meta.url);
  const files = [
    ...readdirSync(sandbox).map((name) => new URL(name, sandbox)),
    ...['package.ts', 'detector.ts'].map((name) => new URL(name, models)),
    new URL('../inspect-apart.ts', sandbox),
  ];
  const said = files
    .map((file) => readFileSync(file, 'utf8').replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '{{a}}'))
    .join('\n');
  const strange = Object.values(findingSaidEn.findingSaid).filter((phrase) => {
    const source = phrase.replaceAll('{{b}}', '{{a}}');
    return !said.includes(`'${source}'`) && !said.includes(`\`${source}\``);
  });
  expect(strange).toEqual([]);
});
