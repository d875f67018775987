/** What stands around every page: navigation, who is signed in, the theme, and the way to sign in. */
import { Button, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { Suspense, useEffect, useRef } from "react";
import { client } from "./api/client.js";
import { sessionQuery } from "./api/queries.js";
import { pages } from "./pages.js";
import { Failure, Loading, SignIn } from "./parts/states.js";
import { useLedgerNews } from "./parts/use-ledger-news.js";

export function Frame() {
  const session = useQuery(sessionQuery);
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  const page = pages.find(({ path }) => path === pathname);
  useEffect(() => {
    document.title = page === undefined ? "Plumbline" : `${page.title} · Plumbline`;
  }, [page]);
  return (
    <>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <header className="frame">
        <Link to="/" className="brand">
          Plumbline
        </Link>
        <nav aria-label="Pages">
          {pages
            .filter(({ within }) => within === undefined)
            .map(({ path, title }) => (
              <Link key={path} to={path} activeProps={{ "aria-current": "page" }}>
                {title}
              </Link>
            ))}
        </nav>
        <div className="tools">
          <Theme />
          {session.data && <Leave name={session.data.person ?? session.data.name} />}
        </div>
      </header>
      <main id="content" ref={main} tabIndex={-1}>
        {session.isPending && <Loading what="your sign-in" />}
        {session.isError &&
          ("status" in session.error && session.error.status === 401 ? (
            <SignIn />
          ) : (
            <Failure error={session.error} again={() => void session.refetch()} />
          ))}
        {session.data && (
          <Suspense fallback={<Loading what="the page" />}>
            <News />
            <Outlet />
          </Suspense>
        )}
      </main>
    </>
  );
}

function News() {
  useLedgerNews();
  return null;
}

function Theme() {
  const { setColorScheme } = useMantineColorScheme();
  const now = useComputedColorScheme("light");
  const other = now === "light" ? "dark" : "light";
  return (
    <Button variant="default" size="xs" onClick={() => setColorScheme(other)}>
      {other === "dark" ? "☾ Dark" : "☀ Light"}
    </Button>
  );
}

function Leave({ name }: { readonly name: string }) {
  const signOut = async () => {
    await client.POST("/api/v1/sign-out");
    window.location.assign("/");
  };
  return (
    <Button variant="default" size="xs" title={`Signed in: ${name}`} onClick={() => void signOut()}>
      Sign out
    </Button>
  );
}
