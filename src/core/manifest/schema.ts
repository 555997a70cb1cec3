import { HEAD } from './entry.ts';
import { FIELDS, id } from './fields.ts';

const described = (fields: Readonly<Record<string, { readonly schema: object }>>): object =>
  Object.fromEntries(Object.entries(fields).map(([name, { schema }]) => [name, schema]));

/** A manifest as a JSON Schema, for editors: made of the fields that a manifest is read with. */
export const manifestSchema = (): object => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'pixtab manifest',
  description: 'The pictures that a project wants.',
  type: 'object',
  additionalProperties: false,
  properties: {
    ...described(HEAD),
    defaults: {
      type: 'object',
      description: 'What holds for every image that says nothing else.',
      additionalProperties: false,
      properties: described(FIELDS),
    },
    images: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['id'],
        properties: described({ id, ...FIELDS }),
      },
    },
  },
});
