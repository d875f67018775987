/** One route for each row of the table of pages. */
import { createRootRoute, createRoute, createRouter, redirect } from "@tanstack/react-router";
import { Frame } from "./frame.js";
import { type Page, pages } from "./pages.js";
import { readSearch } from "./parts/address.js";
import { Missing } from "./parts/states.js";

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

const routeOf = ({ path, component }: Page) =>
  createRoute({ getParentRoute: () => root, path, component });

export const router = createRouter({
  routeTree: root.addChildren([home, ...pages.map(routeOf)]),
  defaultPreload: false,
});
