import { expect, test } from 'vitest';
import { z } from 'zod';
import { openApiDocument } from './openapi.ts';
import { ROUTES } from './table.ts';

const Reference = z.strictObject({ $ref: z.string().startsWith('#/components/schemas/') });
const Content = z.record(z.string().regex(/^\w+\/[\w.+-]+/), z.strictObject({ schema: Reference.optional() }));
const Parameter = z.strictObject({
  name: z.string(),
  in: z.enum(['path', 'query']),
  required: z.boolean(),
  description: z.string().optional(),
  schema: z.looseObject({ type: z.string() }),
});
const Operation = z.strictObject({
  operationId: z.string(),
  tags: z.array(z.string()).length(1),
  summary: z.string().regex(/\.$/),
  description: z.string().optional(),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z.array(Parameter).optional(),
  requestBody: z.strictObject({ required: z.literal(true), content: Content }).optional(),
  responses: z.record(
    z.string().regex(/^[2-5]\d\d$/),
    z.strictObject({ description: z.string(), content: Content.optional() }),
  ),
});
const Document = z.strictObject({
  openapi: z.literal('3.1.0'),
  info: z.strictObject({
    title: z.string(),
    version: z.string(),
    description: z.string(),
    license: z.strictObject({ name: z.string(), identifier: z.string() }),
  }),
  paths: z.record(z.string().startsWith('/'), z.partialRecord(z.enum(['get', 'post', 'patch', 'delete']), Operation)),
  components: z.strictObject({
    schemas: z.record(z.string().regex(/^[A-Za-z]+$/), z.record(z.string(), z.unknown())),
    securitySchemes: z.record(z.string(), z.looseObject({ type: z.enum(['apiKey', 'http']) })),
  }),
});

const document = Document.parse(JSON.parse(JSON.stringify(openApiDocument(ROUTES, '1.2.3'))));

test('the document lists each route of the table, and nothing else', () => {
  const listed = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const routes = ROUTES.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
  expect(listed.sort()).toEqual(routes.sort());
});

test('where there may be no picture yet the document says so', () => {
  const paths = ['/api/cameras/{id}/frame.jpg', '/api/patrol/cases/{id}/camera'];
  for (const path of paths) expect(Object.keys(document.paths[path]!.get!.responses)).toContain('204');
  expect(Object.keys(document.paths['/api/alerts/{id}/evidence.jpg']!.get!.responses)).not.toContain('204');
});

test('each operation has its own id, its path’s parameters, its errors and a known security scheme', () => {
  const ids = new Set<string>();
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const operation of Object.values(operations)) {
      expect(ids.has(operation.operationId), operation.operationId).toBe(false);
      ids.add(operation.operationId);
      const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      expect(inPath.map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
      expect(inPath.every(({ required }) => required)).toBe(true);
      const statuses = Object.keys(operation.responses);
      expect(statuses.some((status) => status.startsWith('2'))).toBe(true);
      expect(statuses).toContain('500');
      if (operation.security.length > 0) expect(statuses).toContain('401');
      for (const scheme of operation.security.flatMap((one) => Object.keys(one))) {
        expect(document.components.securitySchemes).toHaveProperty(scheme);
      }
    }
  }
});

test('every reference leads to a component, and every component is JSON Schema without zod’s own marks', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1]!);
  expect(references.length).toBeGreaterThan(50);
  for (const reference of references) {
    const name = /^#\/components\/schemas\/(\w+)$/.exec(reference)?.[1] ?? reference;
    expect(document.components.schemas, reference).toHaveProperty(name);
  }
  expect(JSON.stringify(document)).not.toMatch(/"\$id"|"\$schema"|"\$defs"/);
});

test('an answer’s camera has no source; a new camera’s has', () => {
  const { Camera, NewCamera } = document.components.schemas;
  expect(JSON.stringify(Camera)).not.toContain('"source"');
  expect(JSON.stringify(NewCamera)).toContain('"source"');
});

test('a query’s limits are told, and what has a default is not required', () => {
  const limit = document.paths['/api/changes']?.get?.parameters?.find(({ name }) => name === 'limit');
  expect(limit).toMatchObject({ required: false, schema: { type: 'integer', minimum: 1, maximum: 500, default: 200 } });
});
