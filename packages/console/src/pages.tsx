/** The pages, in the order of the navigation. A later page is a row. */
import { type AsyncRouteComponent, lazyRouteComponent as lazy } from "@tanstack/react-router";

export interface Page {
  readonly path: string;
  readonly title: string;
  /** The question it answers. */
  readonly question: string;
  /** Its script is loaded while the router still matches: a page that suspends waits 300 ms more for React to show it. */
  readonly component: AsyncRouteComponent<object>;
  /** It is reached from another page, and stands not in the navigation. */
  readonly within?: string;
}

export const pages: readonly Page[] = [
  {
    path: "/launches",
    title: "Launches",
    question: "Where does each launch stand, and who must act?",
    component: lazy(() => import("./launches/launches-page.js")),
  },
  {
    path: "/portfolio",
    title: "Portfolio",
    question: "Which of the candidates do we take on this quarter?",
    component: lazy(() => import("./portfolio/portfolio-page.js")),
  },
  {
    path: "/design",
    title: "Study designer",
    question: "How many units, how many days, how many looks?",
    component: lazy(() => import("./design/design-page.js")),
  },
  {
    path: "/registration",
    title: "Registration",
    question: "What was promised, and who signed it?",
    component: lazy(() => import("./registration/registration-page.js")),
  },
  {
    path: "/registration/new",
    title: "New registration",
    question: "What do we promise before we look?",
    component: lazy(() => import("./editor/new-page.js")),
    within: "/registration",
  },
  {
    path: "/registration/edit",
    title: "Edit",
    question: "What should the document say?",
    component: lazy(() => import("./editor/edit-page.js")),
    within: "/registration",
  },
  {
    path: "/readout",
    title: "Readout",
    question: "What is the verdict, and why?",
    component: lazy(() => import("./readout/readout-page.js")),
  },
  {
    path: "/ledger",
    title: "Ledger",
    question: "What is on record, and does it hold?",
    component: lazy(() => import("./ledger/ledger-page.js")),
  },
  {
    path: "/schedule",
    title: "Schedule",
    question: "What does the server do by itself, and what did it give up?",
    component: lazy(() => import("./schedule/schedule-page.js")),
  },
  {
    path: "/people",
    title: "People",
    question: "Who signs, and with which key?",
    component: lazy(() => import("./people/people-page.js")),
  },
];
