/** What a page shows when it has nothing to show: loading, empty, failed, not signed in, not there. */
import { Alert, Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ApiError, type PlacedProblem } from "../api/client.js";

export function Loading({ what }: { readonly what: string }) {
  return (
    <div role="status" aria-label={`Loading ${what}`} className="loading">
      {[40, 100, 100, 72].map((width, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are always the same.
        <Skeleton key={line} height={16} width={`${width}%`} animate={false} />
      ))}
    </div>
  );
}

interface FailureProps {
  readonly error: Error;
  readonly again?: () => void;
}

export function Failure({ error, again }: FailureProps) {
  const mend = error instanceof ApiError ? error.mend : "Load the page again.";
  return (
    <Alert role="alert" color="red" variant="default" title={`✕ ${error.message}`}>
      <p>{mend}</p>
      {error instanceof ApiError && <Problems problems={error.problems} />}
      {again && (
        <Button mt="sm" size="xs" variant="default" onClick={again}>
          Try again
        </Button>
      )}
    </Alert>
  );
}

function Problems({ problems }: { readonly problems: readonly PlacedProblem[] }) {
  return (
    <ul>
      {problems.map(({ file, line, column, code, message, mend }) => (
        <li key={`${file}:${line}:${column}:${code}:${message}`}>
          {file}:{line}:{column} {message} {mend}
        </li>
      ))}
    </ul>
  );
}

interface EmptyProps {
  readonly title: string;
  /** It stands for the whole page. */
  readonly whole?: boolean;
  readonly children: ReactNode;
}

export function Empty({ title, whole = false, children }: EmptyProps) {
  return (
    <section className="empty">
      {whole ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children}
    </section>
  );
}

const OIDC = "/sign-in/oidc";

/** Whether people may sign in with the organisation's provider stands in the description of the interface. */
async function hasProvider(): Promise<boolean> {
  const response = await fetch("/openapi.json");
  const described: { readonly paths?: object } = await response.json();
  return OIDC in (described.paths ?? {});
}

export function SignIn() {
  const provider = useQuery({ queryKey: ["provider"], queryFn: hasProvider });
  return (
    <Empty title="Nobody is signed in" whole>
      {provider.data === true && (
        <p>
          <a href={OIDC}>Sign in with your organisation</a>
        </p>
      )}
      <p>
        Open the sign-in link that <code>plumb serve</code> printed when it started; it works once.
        Starting it again prints a new one.
      </p>
    </Empty>
  );
}

export function Missing() {
  return (
    <Empty title="There is no such page" whole>
      <p>
        <Link to="/">Go to the launches</Link>
      </p>
    </Empty>
  );
}
