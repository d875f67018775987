/** Register, amend and start, for whom may; where something cannot be done, why. */
import { Button, Textarea } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useId, useState } from "react";
import { answerOf, client } from "../api/client.js";
import { type Experiment, LEDGER_KEYS, sessionQuery, statusQuery } from "../api/queries.js";
import { Failure } from "../parts/states.js";
import { type Move, movesOf } from "./moves.js";

interface ActionsProps {
  readonly experiment: Experiment;
  readonly path: string;
}

function useWrite<Given, Done>(
  write: (given: Given) => Promise<Done>,
  words: (done: Done) => string,
  say: (words: string) => void,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: write,
    onSuccess: async (done) => {
      await Promise.all(LEDGER_KEYS.map((key) => queries.invalidateQueries({ queryKey: [key] })));
      say(words(done));
    },
  });
}

export function Actions({ experiment, path }: ActionsProps) {
  const session = useQuery(sessionQuery);
  const locked = experiment.standing.state === "locked";
  const status = useQuery({ ...statusQuery(path), enabled: locked });
  const [said, setSaid] = useState("");
  const [reason, setReason] = useState("");
  const body = { registration: path };
  const register = useWrite(
    () => answerOf(client.POST("/api/v1/register", { body })),
    ({ seq }) => `✓ Registered: entry ${seq}. Now it takes signatures.`,
    setSaid,
  );
  const amend = useWrite(
    (why: string) => answerOf(client.POST("/api/v1/amend", { body: { ...body, reason: why } })),
    ({ seq }) => `✓ Amended: entry ${seq}. It takes signatures anew.`,
    setSaid,
  );
  const start = useWrite(
    () => answerOf(client.POST("/api/v1/start", { body })),
    ({ seq }) => `✓ Started: entry ${seq}.`,
    setSaid,
  );
  if (!session.data) return null;
  const checks = status.data?.experiments[0]?.checks ?? null;
  const moves = movesOf(experiment, checks, session.data.permissions);
  const failed = [register, amend, start].find(({ isError }) => isError);
  return (
    <section aria-label="What can be done" className="panel">
      <h2>What can be done</h2>
      <ul className="moves">
        <Row name="Edit" move={moves.edit} tells="Change the document.">
          <Link to="/registration/edit" search={{ registration: path }}>
            Edit the document
          </Link>
        </Row>
        <Row name="Register" move={moves.register} tells="Record it, so that it can be signed.">
          <Act name="Register" mutation={register} run={() => register.mutate(undefined)} />
        </Row>
        <Row name="Amend" move={moves.amend} tells="Record the change; everybody signs anew.">
          <Textarea
            label="Why it changes"
            description="At least ten characters; it stays visible for good."
            className="choice"
            rows={2}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Act
            name="Amend"
            mutation={amend}
            run={() => amend.mutate(reason)}
            disabled={reason.trim().length < 10}
          />
        </Row>
        <Row name="Start" move={moves.start} tells="Record that the first user is let in now.">
          <Act name="Start" mutation={start} run={() => start.mutate(undefined)} />
        </Row>
      </ul>
      <p role="status" className="clear">
        {said}
      </p>
      {failed?.error && <Failure error={failed.error} again={() => failed.reset()} />}
    </section>
  );
}

interface RowProps {
  readonly name: string;
  readonly move: Move;
  readonly tells: string;
  readonly children: ReactNode;
}

/** What can be done has its control; what cannot has a button that does nothing, and the reason. */
function Row({ name, move: { why }, tells, children }: RowProps) {
  const id = useId();
  return (
    <li data-move={name.toLowerCase()}>
      {why === null ? (
        <div>{children}</div>
      ) : (
        <Button size="xs" variant="default" disabled aria-describedby={id}>
          {name}
        </Button>
      )}
      <span id={id}>{why ?? tells}</span>
    </li>
  );
}

interface ActProps {
  readonly name: string;
  readonly mutation: { readonly isPending: boolean };
  readonly run: () => void;
  readonly disabled?: boolean;
}

function Act({ name, mutation, run, disabled = false }: ActProps) {
  return (
    <Button
      size="xs"
      variant="default"
      className="primary"
      onClick={run}
      loading={mutation.isPending}
      disabled={disabled}
    >
      {name}
    </Button>
  );
}
