/** Whether a host can only be this machine; written as the URL parser writes it, in lower case and in full. */
export const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
