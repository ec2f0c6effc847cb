/** Reads and writes sets and runs models over them, in a process of its own: archives and models come from strangers. */
import { serveApart, type Tell } from '../../algorithms/serve-apart.ts';
import { ApartRequest } from './requests.ts';

// What a request needs is loaded with it: most need no model runtime, which takes its time.
serveApart(ApartRequest, async (request: ApartRequest, tell: Tell) => {
  switch (request.kind) {
    case 'read-archive':
      return (await import('./read-archive.ts')).readArchive(request.path, request.folder, tell);
    case 'read-clip':
      return (await import('./read-clip.ts')).readClip(request.path, request.folder, request.everyMs, tell);
    case 'evaluate':
      return (await import('./evaluate.ts')).evaluate(request, tell);
    case 'write-archive':
      return (await import('./write-archive.ts')).writeArchive(request, tell);
  }
});
