import { BATCH, QUEUE } from '../doors.ts';
import { buysNothing, failed, notSent, refused, saved, unconfirmed, unheard, unheardOf } from '../ends.ts';
import type { Exception, Scenario } from '../scenario.ts';

const flags = ['--retries', '0', '--fallback', 'nano-banana-2.1'];

const oneModel: Exception = {
  doors: [...BATCH, ...QUEUE],
  why: 'a job or a queue asks one model',
  ends: null,
};
const asPriced = (ends: Exception['ends']): Exception => ({
  doors: QUEUE,
  why: 'a queue asks the model that was priced',
  ends,
});

export const FALLBACK: readonly Scenario[] = [
  {
    name: 'a model that refuses is followed by the next',
    faults: 'IMAGE_SAFETY',
    flags,
    ends: { ...saved(2), charged: 'unknown', pictures: 1 },
    unless: [
      { doors: ['generate by batch'], why: 'a job asks one model', ends: { ...notSent(0, 'ok'), first: 2 } },
      { doors: ['apply by batch'], why: 'a job asks one model', ends: { ...notSent(2, 'usage'), first: 2 } },
      asPriced({ ...notSent(2, 'usage'), states: ['held'] }),
      buysNothing(refused(1)),
    ],
  },
  {
    name: 'an overloaded model is followed by the next',
    faults: '503',
    flags,
    ends: { ...saved(1), sent: 2, states: ['released', 'saved'] },
    unless: [oneModel, unheard],
  },
  {
    name: 'a model whose quota of the day is used up is followed by the next',
    faults: '429-day',
    flags,
    ends: { ...saved(1), sent: 2, states: ['released', 'saved'] },
    unless: [oneModel, unheard],
  },
  {
    name: 'a model that Google has no more is followed by the next',
    faults: '404',
    flags,
    ends: { ...saved(1), sent: 2, states: ['released', 'saved'] },
    unless: [oneModel, unheard],
  },
  {
    name: 'a model that was shut down is followed by the next before anything is sent',
    model: 'imagen-4',
    flags,
    ends: saved(1),
    unless: [asPriced({ ...notSent(9, 'unavailable-model'), first: null })],
  },
  {
    name: 'two models that refuse are all that is asked',
    faults: 'IMAGE_SAFETYx2',
    flags,
    ends: refused(2),
    unless: [oneModel, buysNothing(refused(1))],
  },
  {
    name: 'a refusal by what all models share is final',
    faults: 'PROHIBITED_CONTENT',
    flags,
    ends: refused(1),
    unless: [oneModel],
  },
  {
    name: 'what may have been charged is not asked of another model',
    faults: 'reset-after',
    flags,
    ends: unconfirmed(1),
    unless: [oneModel, unheardOf],
  },
  {
    name: 'a key that Google does not accept is not tried with another model',
    faults: '400-keyx*',
    flags,
    ends: failed(3, 'auth'),
    unless: [oneModel, unheard],
  },
  {
    name: 'a fallback that --max-cost does not cover is not asked',
    faults: 'IMAGE_SAFETY',
    flags: ['--max-cost', '0.036', '--fallback', 'nano-banana-pro'],
    ends: refused(1),
    unless: [oneModel],
  },
];
