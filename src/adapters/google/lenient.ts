import { z } from 'zod';

// Answers are read field by field: one that is odd must not cost the picture beside it.

/** The field where it has the shape, else null. */
export const maybe = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().catch(null);

/** The elements that have the shape. */
export const list = <Schema extends z.ZodType>(schema: Schema) =>
  maybe(z.array(z.unknown())).transform((items) =>
    (items ?? []).flatMap((item) => {
      const { success, data } = schema.safeParse(item);
      return success ? [data] : [];
    }),
  );

export const word = maybe(z.string());

const DIGITS = /^\d{1,15}$/;

/** A number of things; Google's JSON writes large ones as strings. */
export const tally = z.union([z.int().nonnegative(), z.string().regex(DIGITS).transform(Number)]);
