/** Listens to the server: what comes into the ledger, by whomever, is shown without a reload. */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { LEDGER_KEYS } from "../api/queries.js";

/** A browser comes back by itself after a lost connection, but not after a proxy's answer that the server is away. */
const AGAIN_MILLISECONDS = 5_000;
/** Whoever's sign-in ended is refused each time: the pauses double up to this. */
const LONGEST_MILLISECONDS = 60_000;

export function useLedgerNews(): void {
  const queries = useQueryClient();
  useEffect(() => listen(queries), [queries]);
}

function listen(queries: QueryClient): () => void {
  let events: EventSource;
  let later: ReturnType<typeof setTimeout> | undefined;
  let pause = AGAIN_MILLISECONDS;
  const refresh = () => {
    for (const key of LEDGER_KEYS) void queries.invalidateQueries({ queryKey: [key] });
  };
  const open = () => {
    events = new EventSource("/api/v1/events");
    events.addEventListener("ledger", refresh);
    events.addEventListener("readout", refresh);
    events.addEventListener("error", () => {
      if (events.readyState !== EventSource.CLOSED) return;
      later = setTimeout(again, pause);
      pause = Math.min(2 * pause, LONGEST_MILLISECONDS);
    });
  };
  const again = () => {
    open();
    // A new listener does not say what it saw last.
    const back = () => {
      pause = AGAIN_MILLISECONDS;
      refresh();
    };
    events.addEventListener("open", back, { once: true });
  };
  open();
  return () => {
    clearTimeout(later);
    events.close();
  };
}
