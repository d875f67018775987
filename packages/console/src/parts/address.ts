/** The search part of the address: what a page is about, so that its address can be shared. */

import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";

export interface Search {
  /** Path of the registration in the workspace. */
  readonly registration?: string;
  /** Moment of reading, as `--as-of` takes it. */
  readonly asOf?: string;
  /** An entry of the ledger. */
  readonly entry?: number;
  /** State of the scheduled work that is shown. */
  readonly state?: string;
  /** Path of the portfolio in the workspace. */
  readonly portfolio?: string;
  /** Figures of the study designer, as it writes them. */
  readonly design?: string;
}

const textIn = (value: unknown) => (typeof value === "string" && value !== "" ? value : null);

export function readSearch(raw: Readonly<Record<string, unknown>>): Search {
  const registration = textIn(raw.registration);
  const asOf = textIn(raw.asOf);
  const state = textIn(raw.state);
  const design = textIn(raw.design);
  const portfolio = textIn(raw.portfolio);
  const entry = Number(raw.entry);
  return {
    ...(registration === null ? {} : { registration }),
    ...(asOf === null ? {} : { asOf }),
    ...(state === null ? {} : { state }),
    ...(portfolio === null ? {} : { portfolio }),
    ...(design === null ? {} : { design }),
    ...(Number.isInteger(entry) && entry > 0 ? { entry } : {}),
  };
}

interface How {
  /** Not a step that the back button undoes. */
  readonly replace?: boolean;
}

/** The search part of the address, and a way to change it that the back button undoes. */
export function useAddress(): readonly [Search, (changed: Search, how?: How) => void] {
  const search = readSearch(useSearch({ strict: false }));
  const navigate = useNavigate();
  const go = useCallback(
    (changed: Search, how: How = {}) =>
      void navigate({ to: ".", search: changed, ...how } as never),
    [navigate],
  );
  return [search, go];
}
