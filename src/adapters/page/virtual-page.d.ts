/** What build/page.mjs makes of src/page: the page is built for browsers, and comes along as text. */
declare module 'virtual:page' {
  export const script: string;
  export const style: string;
}
