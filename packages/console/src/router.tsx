/** One route for each row of the table of pages; the search part of the address says which registration it is about. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  redirect,
  useNavigate,
  useSearch,
} from "@tanstack/react-router";
import { Frame } from "./frame.js";
import { type Page, pages } from "./pages.js";
import { Missing } from "./parts/states.js";

export interface Search {
  /** Path of the registration in the workspace. */
  readonly registration?: string;
  /** Moment of reading, as `--as-of` takes it. */
  readonly asOf?: string;
  /** An entry of the ledger. */
  readonly entry?: number;
}

const textIn = (value: unknown) => (typeof value === "string" && value !== "" ? value : null);

export function readSearch(raw: Readonly<Record<string, unknown>>): Search {
  const registration = textIn(raw.registration);
  const asOf = textIn(raw.asOf);
  const entry = Number(raw.entry);
  return {
    ...(registration === null ? {} : { registration }),
    ...(asOf === null ? {} : { asOf }),
    ...(Number.isInteger(entry) && entry > 0 ? { entry } : {}),
  };
}

const root = createRootRoute({
  component: Frame,
  validateSearch: readSearch,
  notFoundComponent: Missing,
});

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: pages[0]?.path ?? "/" });
  },
});

const routeOf = ({ path, component: Content }: Page) =>
  createRoute({ getParentRoute: () => root, path, component: () => <Content /> });

export const router = createRouter({
  routeTree: root.addChildren([home, ...pages.map(routeOf)]),
  defaultPreload: false,
});

/** The search part of the address, and a way to change it that the back button undoes. */
export function useAddress(): readonly [Search, (changed: Search) => void] {
  const search = readSearch(useSearch({ strict: false }));
  const navigate = useNavigate();
  return [search, (changed) => void navigate({ to: ".", search: changed } as never)];
}
