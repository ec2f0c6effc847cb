import { z } from 'zod';
import { Problem } from '../contract/problem.ts';
import { BODIES } from './bodies.ts';
import { ANSWERS } from './components.ts';
import { SESSION_COOKIE } from './cookie.ts';
import { isSchema, type Route } from './route.ts';
import { WHO_MAY } from './who-may.ts';

type Json = Record<string, unknown>;

const PROBLEMS: Record<number, string> = {
  400: 'The request is not as expected: what was got, and what was expected',
  401: 'Not signed in',
  403: 'Signed in, and not allowed',
  404: 'Nothing of that name that the account may see',
  409: 'It does not fit the present state',
  422: 'Well formed, and not possible',
  429: 'Too many failed tries',
  500: 'Something unexpected; the message names its line in the log',
  502: 'Another machine, which was needed for it, did not do its part',
};

/**
 * The OpenAPI 3.1 document of the table of routes.
 * @throws Error when a route uses a schema that `components.ts` does not name
 */
export function openApiDocument(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Chengnao',
      version,
      description: 'Cameras, alerts and cases of one city. Times are ISO 8601 in UTC; every error is a Problem.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      schemas: { ...schemas(ANSWERS, 'output'), ...schemas(BODIES, 'input') },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE, description: 'Given by POST /api/session' },
        metrics: {
          type: 'http',
          scheme: 'bearer',
          description: 'CHENGNAO_METRICS_TOKEN; not asked for on this machine',
        },
      },
    },
  };
}

function schemas(named: Record<string, z.ZodType>, io: 'input' | 'output'): Json {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  const made = z.toJSONSchema(registry, { io, uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(
    Object.entries(made.schemas).map(([id, { $id: _id, $schema: _dialect, ...schema }]) => [id, schema]),
  );
}

const NAME_OF = new Map<z.ZodType, string>(
  [...Object.entries(ANSWERS), ...Object.entries(BODIES)].map(([name, schema]) => [schema, name]),
);

function reference(schema: z.ZodType, route: Route): Json {
  const name = NAME_OF.get(schema);
  if (name === undefined)
    throw new Error(`${route.method} ${route.path} uses a schema that components.ts does not name.`);
  return { $ref: `#/components/schemas/${name}` };
}

function none({ answer }: Route): Json {
  return answer !== null && 'none' in answer && answer.none ? { 204: { description: answer.none } } : {};
}

function operation(route: Route): Json {
  const parameters = [...parametersOf(route.params, 'path'), ...parametersOf(route.query, 'query')];
  return {
    operationId: operationId(route),
    tags: [route.path.split('/')[2] ?? 'metrics'],
    summary: route.summary,
    ...describedWho(route),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(route.body === null
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: reference(route.body, route) } } } }),
    responses: { [route.status]: answered(route), ...none(route), ...problems(route) },
  };
}

/** "GET /api/cameras/:id/frame.jpg" is `get-cameras-id-frame-jpg`. */
function operationId(route: Route): string {
  const steps = route.path.split(/[/.:]+/).filter((step) => step !== '' && step !== 'api');
  return [route.method.toLowerCase(), ...steps].join('-');
}

function describedWho(route: Route): Json {
  const { who } = route;
  if (who === 'anyone') return { security: [] };
  if (who === 'loopback-or-bearer') return { security: [{}, { metrics: [] }] };
  const description = who === 'signed-in' ? 'Anyone signed in.' : `Permission ${who}: ${WHO_MAY[who].join(', ')}.`;
  return { description, security: [{ session: [] }] };
}

function parametersOf(schema: z.ZodType | null, where: 'path' | 'query'): Json[] {
  if (!(schema instanceof z.ZodObject)) return [];
  const shape: Record<string, z.core.$ZodType> = schema.shape;
  return Object.entries(shape).map(([name, field]) => {
    const { $schema: _dialect, description, ...json } = z.toJSONSchema(field);
    const required = where === 'path' || !z.safeParse(field, undefined).success;
    return { name, in: where, required, ...(description === undefined ? {} : { description }), schema: json };
  });
}

function answered(route: Route): Json {
  const { answer, summary } = route;
  if (answer === null) return { description: `${summary} Nothing is answered.` };
  if (isSchema(answer)) {
    return { description: summary, content: { 'application/json': { schema: reference(answer, route) } } };
  }
  return { description: summary, content: { [answer.mediaType]: {} } };
}

function problems(route: Route): Json {
  const statuses = [500];
  if (route.body !== null || route.query !== null || route.params !== null) statuses.push(400);
  if (route.who !== 'anyone' || route.guarded) statuses.push(401);
  if (route.who in WHO_MAY || route.method !== 'GET') statuses.push(403);
  if (route.path.includes(':')) statuses.push(404);
  if (route.body !== null && route.who in WHO_MAY) statuses.push(409, 422);
  if (route.guarded) statuses.push(429);
  if (route.path.includes('/ptz/')) statuses.push(409, 502);
  const schema = { $ref: `#/components/schemas/${NAME_OF.get(Problem)}` };
  return Object.fromEntries(
    [...new Set(statuses)].map((status) => [
      status,
      { description: PROBLEMS[status], content: { 'application/json': { schema } } },
    ]),
  );
}
