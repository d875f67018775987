/** What the field calls a boundary. */
import type { BoundaryFamily } from "@plumbline/stats";

const WORDS: Readonly<Record<BoundaryFamily["family"], string>> = {
  lan_demets_obrien_fleming: "O'Brien-Fleming-type spending",
  lan_demets_pocock: "Pocock-type spending",
  hwang_shih_decani: "Hwang-Shih-DeCani spending",
  kim_demets: "Kim-DeMets spending",
  obrien_fleming: "O'Brien-Fleming constants",
  pocock: "Pocock constants",
  wang_tsiatis: "Wang-Tsiatis constants",
};

export function boundaryWords({ family }: BoundaryFamily): string {
  return WORDS[family];
}
