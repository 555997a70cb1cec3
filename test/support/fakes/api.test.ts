import { Failure } from '../../../src/core/errors.ts';
import { apiContract } from '../api.contract.ts';
import { fakeApi } from './api.ts';

apiContract('the fake', async (...happenings) => {
  const api = fakeApi(
    ...happenings.map((happening) => {
      if (happening === 'overloaded') {
        return new Failure('unavailable', 'Google is overloaded.', { charged: 'no', repeat: true });
      }
      if (happening === 'lost') return new Failure('unconfirmed', 'The connection broke.');
      return happening.answer;
    }),
  );
  return { api, requests: () => api.sent.length, [Symbol.asyncDispose]: async () => undefined };
});
