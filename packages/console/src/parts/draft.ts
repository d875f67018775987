/** A registration on its way to the editor: kept for this tab, so that a page can hand one over and a reload loses nothing. */

const KEY = "plumbline.draft";

export const keepDraft = (yaml: string): void => sessionStorage.setItem(KEY, yaml);
export const keptDraft = (): string | null => sessionStorage.getItem(KEY);
export const dropDraft = (): void => sessionStorage.removeItem(KEY);

/** Opens the editor for a new registration on a text. */
export function openDraft(yaml: string): void {
  keepDraft(yaml);
  window.location.assign("/registration/new");
}
