/** What the pages ask for, each under the key by which it is asked again when the ledger grows. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client.js";

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: () => answerOf(client.GET("/api/v1/session")),
});

async function everyExperiment() {
  const items = [];
  let cursor: string | undefined;
  do {
    const query = { limit: 200, ...(cursor === undefined ? {} : { cursor }) };
    const page = await answerOf(client.GET("/api/v1/experiments", { params: { query } }));
    items.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return items;
}

export const experimentsQuery = queryOptions({
  queryKey: ["experiments"],
  queryFn: everyExperiment,
});

export type Experiment = Awaited<ReturnType<typeof everyExperiment>>[number];

export const documentQuery = (path: string) =>
  queryOptions({
    queryKey: ["document", path],
    queryFn: () =>
      answerOf(client.GET("/api/v1/document", { params: { query: { path } }, parseAs: "text" })),
  });

/** A document with the version that it is, for whoever changes it: kept as it was read until it is asked for anew. */
export const versionQuery = (path: string) =>
  queryOptions({
    queryKey: ["version", path],
    queryFn: async () => {
      const asked = client.GET("/api/v1/document", {
        params: { query: { path } },
        parseAs: "text",
      });
      const text = await answerOf(asked);
      return { text, etag: (await asked).response.headers.get("etag") ?? "" };
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnReconnect: false,
  });

export const draftQuery = (path: string, text: string) =>
  queryOptions({
    queryKey: ["draft", path, text],
    queryFn: ({ signal }) =>
      answerOf(client.POST("/api/v1/document/check", { body: { path, text }, signal })),
    enabled: path !== "",
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });

export const peopleQuery = queryOptions({
  queryKey: ["people"],
  queryFn: () => answerOf(client.GET("/api/v1/people")),
});

export type People = Awaited<ReturnType<NonNullable<(typeof peopleQuery)["queryFn"]>>>;

/** One experiment with the checks on its lock. */
export const statusQuery = (registration: string) =>
  queryOptions({
    queryKey: ["status", registration],
    queryFn: () => answerOf(client.GET("/api/v1/status", { params: { query: { registration } } })),
  });

export const auditQuery = (registration: string) =>
  queryOptions({
    queryKey: ["audit", registration],
    queryFn: () =>
      answerOf(client.GET("/api/v1/design/audit", { params: { query: { registration } } })),
  });

/** Reading results is a look, and is recorded: asked once when the page opens, and again only by its button. */
export const readoutQuery = (registration: string, asOf: string | undefined) =>
  queryOptions({
    queryKey: ["readout", registration, asOf ?? null],
    queryFn: ({ signal }) => {
      const body = { registration, ...(asOf === undefined ? {} : { asOf }) };
      return answerOf(client.POST("/api/v1/readout", { body, signal }));
    },
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnReconnect: false,
    retry: false,
  });

/** Effects by day since exposure; before the end of the run the server says why there are none yet. */
export const noveltyQuery = (registration: string, asOf: string | undefined) =>
  queryOptions({
    queryKey: ["novelty", registration, asOf ?? null],
    queryFn: ({ signal }) => {
      const query = { registration, ...(asOf === undefined ? {} : { asOf }) };
      return answerOf(client.GET("/api/v1/novelty", { params: { query }, signal }));
    },
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnReconnect: false,
    retry: false,
  });

const PAGE = 25;

export const entriesQuery = (subject: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ["entries", subject ?? null],
    queryFn: ({ pageParam }) => {
      const query = {
        limit: PAGE,
        order: "newest" as const,
        ...(pageParam === null ? {} : { cursor: pageParam }),
        ...(subject === undefined ? {} : { subject }),
      };
      return answerOf(client.GET("/api/v1/ledger/entries", { params: { query } }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });

const workPage = (cursor: string | null, state: "waiting" | "failed" | undefined) => {
  const query = {
    limit: PAGE,
    ...(cursor === null ? {} : { cursor }),
    ...(state === undefined ? {} : { state }),
  };
  return answerOf(client.GET("/api/v1/work", { params: { query } }));
};

export type Work = Awaited<ReturnType<typeof workPage>>["items"][number];

export const workQuery = (state: "waiting" | "failed" | undefined) =>
  infiniteQueryOptions({
    queryKey: ["work", state ?? null],
    queryFn: ({ pageParam }) => workPage(pageParam, state),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    // What a server does to its work is no entry of the ledger, so nothing tells of it.
    refetchInterval: 15_000,
  });

export const verifyQuery = queryOptions({
  queryKey: ["verify"],
  queryFn: () => answerOf(client.GET("/api/v1/verify")),
  enabled: false,
  gcTime: 0,
});

export const proofQuery = (seq: number) =>
  queryOptions({
    queryKey: ["proof", seq],
    queryFn: () =>
      answerOf(client.GET("/api/v1/ledger/entries/{seq}/proof", { params: { path: { seq } } })),
  });

/** What may be different once something came into the ledger; never a readout, which would be another look. */
export const LEDGER_KEYS = [
  "experiments",
  "entries",
  "proof",
  "audit",
  "work",
  "document",
  "status",
] as const;

/** The paths of the portfolios of the workspace. */
export const portfoliosQuery = queryOptions({
  queryKey: ["portfolios"],
  queryFn: async () => {
    const { items } = await answerOf(client.GET("/api/v1/documents"));
    return items.flatMap(({ path, kind }) => (kind === "portfolio" ? [path] : []));
  },
});

export const choiceQuery = (portfolio: string) =>
  queryOptions({
    queryKey: ["choice", portfolio],
    queryFn: () =>
      answerOf(client.GET("/api/v1/portfolio/choose", { params: { query: { portfolio } } })),
  });
