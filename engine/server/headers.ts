import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * What the browser is told to allow: this origin only, and the blobs that the map's workers and pictures are made of.
 * @param transport how the server is reached. Over plain http nothing asks the browser for https; strict transport is
 *   asked for only where a certificate is one that browsers trust
 */
export function securityHeaders(transport: 'http' | 'self-signed' | 'https'): RequestHandler {
  const plain = transport === 'http';
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        scriptSrcAttr: ["'none'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'blob:', 'data:'],
        // A media source, where the page has no decoder of its own.
        mediaSrc: ["'self'", 'blob:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        workerSrc: ["'self'", 'blob:'],
        childSrc: ["'self'", 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        ...(plain ? {} : { upgradeInsecureRequests: [] }),
      },
    },
    strictTransportSecurity: transport === 'https' ? { maxAge: 15_552_000, includeSubDomains: false } : false,
    crossOriginOpenerPolicy: !plain,
    originAgentCluster: !plain,
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'same-origin' },
  });
}
