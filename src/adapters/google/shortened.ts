const SHOWN = 24;

/** For people: a picture in a request is shown by how it begins. */
export const shortened = (key: string, value: unknown): unknown =>
  key === 'data' && typeof value === 'string' && value.length > SHOWN
    ? `${value.slice(0, SHOWN)}… (${value.length} characters)`
    : value;
