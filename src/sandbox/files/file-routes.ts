import { jsonAnswer } from '../http/response.ts';
import type { Answer } from '../http/response.ts';
import type { Call } from '../http/call.ts';
import { download } from './download.ts';
import { describe } from './files.ts';
import type { Drawer, Files } from './files.ts';
import { pass } from '../admission.ts';
import { keyOf } from '../http/keys.ts';
import { page } from '../http/page.ts';
import type { Route } from '../models/model-routes.ts';
import type { State } from '../state.ts';

const nameOf = (call: Call): string => `files/${call.names[0] ?? ''}`;

/** The endpoints of the Files API. */
export function fileRoutes(
  state: State,
  files: Files,
  upload: (call: Call) => Promise<Answer>,
): readonly Route[] {
  const gated =
    (method: string, act: (call: Call) => Promise<Answer>) =>
    async (call: Call): Promise<Answer> => {
      const passed = await pass(state, call, 'files', { model: '', method });
      if (passed.answer) return passed.answer;
      return { ...(await act(call)), delivery: passed.manner.delivery };
    };

  const own = (call: Call): Drawer => files.of(keyOf(call));
  const list = async (call: Call): Promise<Answer> => {
    const { items, nextPageToken } = page(own(call).list().toReversed(), call.query, { size: 10, most: 100 });
    const shown = await Promise.all(items.map((file) => describe(file, call.origin)));
    return jsonAnswer({
      ...(shown.length > 0 && { files: shown }),
      ...(nextPageToken !== null && { nextPageToken }),
    });
  };
  const get = async (call: Call): Promise<Answer> =>
    jsonAnswer(await describe(own(call).get(nameOf(call)), call.origin));
  const remove = async (call: Call): Promise<Answer> => {
    const drawer = own(call);
    drawer.remove(drawer.get(nameOf(call)).name);
    return jsonAnswer({});
  };
  const fetch = async (call: Call): Promise<Answer> => download(call, own(call).get(nameOf(call)));

  return [
    { method: 'POST', path: /^\/upload\/(v1beta|v1)\/files$/, handler: gated('upload', upload) },
    { method: 'PUT', path: /^\/upload\/(v1beta|v1)\/files$/, handler: gated('upload', upload) },
    { method: 'GET', path: /^\/(v1beta|v1)\/files$/, handler: gated('list', list) },
    { method: 'GET', path: /^\/(v1beta|v1)\/files\/([^/:]+)$/, handler: gated('get', get) },
    { method: 'DELETE', path: /^\/(v1beta|v1)\/files\/([^/:]+)$/, handler: gated('delete', remove) },
    {
      method: 'GET',
      path: /^(?:\/download)?\/(v1beta|v1)\/files\/([^/:]+):download$/,
      handler: gated('download', fetch),
    },
  ];
}
