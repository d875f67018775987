/** Listens to the server: what comes into the ledger, by whomever, is shown without a reload. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { LEDGER_KEYS } from "../api/queries.js";

export function useLedgerNews(): void {
  const queries = useQueryClient();
  useEffect(() => {
    const events = new EventSource("/api/v1/events");
    const refresh = () => {
      for (const key of LEDGER_KEYS) void queries.invalidateQueries({ queryKey: [key] });
    };
    events.addEventListener("ledger", refresh);
    events.addEventListener("readout", refresh);
    return () => events.close();
  }, [queries]);
}
