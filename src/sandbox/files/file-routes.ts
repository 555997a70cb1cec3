import { jsonResponse } from '../http/response.ts';
import type { HttpResponse } from '../http/response.ts';
import type { Call } from '../http/call.ts';
import { download } from './download.ts';
import { describe } from './files.ts';
import type { OwnFiles, Files } from './files.ts';
import { admitting } from '../admission.ts';
import { page } from '../http/page.ts';
import type { Handler, Route } from '../http/route.ts';
import type { State } from '../state.ts';

const nameOf = (call: Call): string => `files/${call.names[0] ?? ''}`;

/** The endpoints of the Files API. */
export function fileRoutes(
  state: State,
  files: Files,
  upload: (call: Call) => Promise<HttpResponse>,
): readonly Route[] {
  const admitted = (method: string, handle: Handler): Handler => admitting(state, 'files', method, handle);

  const own = (call: Call): OwnFiles => files.of(call.key);
  const list = async (call: Call): Promise<HttpResponse> => {
    const { items, nextPageToken } = page(own(call).list().toReversed(), call.query, { size: 10, most: 100 });
    const shown = await Promise.all(items.map((file) => describe(file, call.origin)));
    return jsonResponse({
      ...(shown.length > 0 && { files: shown }),
      ...(nextPageToken !== null && { nextPageToken }),
    });
  };
  const get = async (call: Call): Promise<HttpResponse> =>
    jsonResponse(await describe(own(call).get(nameOf(call)), call.origin));
  const remove = (call: Call): HttpResponse => {
    const files = own(call);
    files.remove(files.get(nameOf(call)).name);
    return jsonResponse({});
  };
  const fetch = async (call: Call): Promise<HttpResponse> => download(call, own(call).get(nameOf(call)));

  return [
    { method: 'POST', path: /^\/upload\/(v1beta|v1)\/files$/, handler: admitted('upload', upload) },
    { method: 'PUT', path: /^\/upload\/(v1beta|v1)\/files$/, handler: admitted('upload', upload) },
    { method: 'GET', path: /^\/(v1beta|v1)\/files$/, handler: admitted('list', list) },
    { method: 'GET', path: /^\/(v1beta|v1)\/files\/([^/:]+)$/, handler: admitted('get', get) },
    { method: 'DELETE', path: /^\/(v1beta|v1)\/files\/([^/:]+)$/, handler: admitted('delete', remove) },
    {
      method: 'GET',
      path: /^(?:\/download)?\/(v1beta|v1)\/files\/([^/:]+):download$/,
      handler: admitted('download', fetch),
    },
  ];
}
