import { z } from 'zod';
import type { AgentPrompt } from '../../ports/index.ts';

const WORDS = z.string().min(1).max(10_000);

const HOW =
  'Call estimate_image first, and say its price. Then buy it with the quote_id, a confirm_cost of its high, and an idempotency_key that names this picture. If the answer is lost, call again with the same key: it never buys twice. Look at the preview, and say where the picture is and what it cost.';

/** What people ask for most. */
export const PROMPTS: readonly AgentPrompt[] = [
  {
    name: 'make-picture',
    title: 'Make a picture',
    about: 'one picture from a description, within the allowance',
    args: z.object({
      description: WORDS.describe('what it shows'),
      use: WORDS.optional().describe('what it is for'),
    }),
    text: ({ description, use }) =>
      `Make a picture: ${description}${use === undefined ? '' : ` It is for ${use}; choose size and aspect for that.`}\n\n${HOW}`,
  },
  {
    name: 'change-picture',
    title: 'Change a picture',
    about: 'a new picture made of one that is there; that one stays as it is',
    args: z.object({ picture: WORDS.describe('its path'), change: WORDS.describe('what to change') }),
    text: ({ picture, change }) =>
      `Change ${picture}: ${change}\n\nUse estimate_image with "images", and then edit_image with the same. ${HOW}`,
  },
  {
    name: 'picture-set',
    title: 'Make a set of pictures',
    about: 'several pictures in one style, planned within what is left of the allowance',
    args: z.object({
      subjects: WORDS.describe('what they show, one a line'),
      style: WORDS.optional().describe('what they share'),
    }),
    text: ({ subjects, style }) =>
      `Make a picture for each of these:\n${subjects}\n${style === undefined ? '' : `They share a style: ${style}\n`}\nCall spending for what is left, and estimate_image for one of them. If all of them do not fit, say so before you buy any, and propose what would: fewer, smaller, or lane batch at half the price, which takes up to a day. Each has an idempotency_key of its own. ${HOW}`,
  },
];
