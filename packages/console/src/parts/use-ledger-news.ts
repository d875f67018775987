/** Listens to the server: what comes into the ledger, by whomever, is shown without a reload. */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { LEDGER_KEYS } from "../api/queries.js";

/** A browser comes back by itself after a lost connection, but not after a proxy's answer that the server is away. */
const AGAIN_MILLISECONDS = 5_000;

export function useLedgerNews(): void {
  const queries = useQueryClient();
  useEffect(() => listen(queries), [queries]);
}

function listen(queries: QueryClient): () => void {
  let events: EventSource;
  let later: ReturnType<typeof setTimeout> | undefined;
  const refresh = () => {
    for (const key of LEDGER_KEYS) void queries.invalidateQueries({ queryKey: [key] });
  };
  const open = () => {
    events = new EventSource("/api/v1/events");
    events.addEventListener("ledger", refresh);
    events.addEventListener("readout", refresh);
    events.addEventListener("error", () => {
      if (events.readyState === EventSource.CLOSED) later = setTimeout(again, AGAIN_MILLISECONDS);
    });
  };
  const again = () => {
    open();
    // A new listener does not say what it saw last.
    events.addEventListener("open", refresh, { once: true });
  };
  open();
  return () => {
    clearTimeout(later);
    events.close();
  };
}
