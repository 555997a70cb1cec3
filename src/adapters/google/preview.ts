const SHOWN = 24;

/** A request's body as people see it: a picture in it is shown by how it begins. */
export const shown = (body: string): unknown =>
  JSON.parse(body, (key: string, value: unknown) =>
    key === 'data' && typeof value === 'string' && value.length > SHOWN
      ? `${value.slice(0, SHOWN)}… (${value.length} characters)`
      : value,
  );
