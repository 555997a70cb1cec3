/** An address without the password in it. */
export const withoutPassword = (address: string): string =>
  address
    .replace(/(:\/\/[^/?#@:]*):[^/?#@]*@/, '$1@')
    .replaceAll(/([?&])(?:password|sslpassword)=[^&#]*/g, '$1password=…');
