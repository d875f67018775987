/** Stands in for linkedom where there is a browser. */
export const parseHTML = (html: string): { readonly document: Document } => ({
  document: new DOMParser().parseFromString(html, "text/html"),
});
