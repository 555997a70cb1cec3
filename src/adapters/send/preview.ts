const SHOWN = 24;

/** The body of a request as people see it: only the beginning of a picture is shown. */
export const shown = (body: string): unknown =>
  JSON.parse(body, (key: string, value: unknown) => {
    if (typeof value !== 'string' || value.length <= SHOWN) return value;
    const isPicture = key === 'data' || (key === 'url' && value.startsWith('data:'));
    return isPicture ? `${value.slice(0, SHOWN)}… (${value.length} characters)` : value;
  });
