/** The keys of this browser for the workspace served, and what is known of the people. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { peopleQuery } from "../api/queries.js";
import { keysHere } from "./browser-keys.js";

export const keysQuery = (workspace: string | undefined) =>
  queryOptions({
    queryKey: ["keys", workspace ?? null],
    queryFn: () => (workspace === undefined ? [] : keysHere(workspace)),
    enabled: workspace !== undefined,
  });

export function useKeys() {
  const people = useQuery(peopleQuery);
  const keys = useQuery(keysQuery(people.data?.workspace));
  return { people, keys };
}
