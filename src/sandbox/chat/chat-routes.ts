import { admitting } from '../admission.ts';
import { checkRequest } from '../generate/check-request.ts';
import { perform } from '../generate/generate.ts';
import type { Call } from '../http/call.ts';
import { readMessage } from '../http/fields.ts';
import { invalid } from '../http/problem.ts';
import { jsonResponse } from '../http/response.ts';
import type { HttpResponse } from '../http/response.ts';
import type { Route } from '../http/route.ts';
import { MODELS } from '../models/models.ts';
import type { State } from '../state.ts';
import { completionOf } from './completion.ts';
import { chatRequest, generateRequestOf } from './messages.ts';

const SOLD = MODELS.filter((model) => model.family === 'gemini');
const PREFIX = 'google/';

/** The endpoints of a gateway that speaks chat completions. */
export function chatRoutes(state: State): readonly Route[] {
  async function complete(call: Call): Promise<HttpResponse> {
    const asked = readMessage(chatRequest, await call.json(), call.version);
    if (asked.stream === true) throw invalid('The sandbox does not stream completions.');
    const model = SOLD.find(({ id }) => asked.model === PREFIX + id);
    if (!model) throw invalid(`${asked.model} is not a valid model ID`);
    const request = checkRequest(generateRequestOf(asked), model, () => null);
    return perform(state, call, request, 'chat.completions', (body, { cost }) =>
      jsonResponse(
        completionOf(body, {
          model: model.id,
          at: state.clock.now(),
          cost: asked.usage?.include === true ? (cost ?? '0') : null,
        }),
      ),
    );
  }

  const list = (): HttpResponse =>
    jsonResponse({ data: SOLD.map(({ id, displayName }) => ({ id: PREFIX + id, name: displayName })) });

  return [
    { method: 'POST', path: /^\/(chat)\/completions$/, handler: complete },
    { method: 'GET', path: /^\/(models)$/, handler: admitting(state, 'models', 'list', list) },
  ];
}
