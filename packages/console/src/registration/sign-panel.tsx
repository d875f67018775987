/** What will be signed, by whom and with which key; then the signature. */
import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { answerOf, client } from "../api/client.js";
import { type Experiment, LEDGER_KEYS } from "../api/queries.js";
import { Failure, Loading } from "../parts/states.js";
import type { BrowserKey } from "../people/browser-keys.js";
import { contentHash, isMeant, signedEnvelope, type ToSign } from "../people/envelope.js";

interface SignPanelProps {
  readonly experiment: string;
  readonly version: NonNullable<Experiment["standing"]["version"]>;
  readonly path: string;
  readonly role: string;
  readonly held: BrowserKey;
  /** With a sentence once it is signed. */
  readonly done: (sentence?: string) => void;
}

interface Prepared {
  readonly asked: ToSign;
  /** Computed here from the content that the page shows. */
  readonly document: string;
  readonly meant: boolean;
}

async function prepared(props: SignPanelProps): Promise<Prepared> {
  const { experiment, version, path, role, held } = props;
  const { person } = held;
  const query = { registration: path, role, person };
  const asked = await answerOf(client.GET("/api/v1/signature", { params: { query } }));
  const document = await contentHash(version.content);
  const meant =
    document === version.document && isMeant(asked, { experiment, document, role, person });
  return { asked, document, meant };
}

export function SignPanel(props: SignPanelProps) {
  const { experiment, version, role, held, done } = props;
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const toSign = useQuery({
    queryKey: ["to-sign", experiment, version.document, role, held.fingerprint],
    queryFn: () => prepared(props),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnReconnect: false,
  });
  return (
    <section className="panel" aria-labelledby="sign-title">
      <h3 id="sign-title" ref={title} tabIndex={-1}>
        Sign {experiment} as {role}
      </h3>
      {toSign.isPending && <Loading what="what is to be signed" />}
      {toSign.isError && <Failure error={toSign.error} again={() => void toSign.refetch()} />}
      {toSign.data && !toSign.data.meant && (
        <p role="alert">
          <strong className="breach">
            ✕ The server asks to sign something else than this page shows.
          </strong>{" "}
          Perhaps it was amended meanwhile. Nothing was signed; load the page again and read it.
        </p>
      )}
      {toSign.data?.meant && (
        <Ready {...props} prepared={toSign.data} again={() => void toSign.refetch()} />
      )}
      {!toSign.data?.meant && (
        <div className="actions">
          <Button size="sm" variant="default" onClick={() => done()}>
            Close
          </Button>
        </div>
      )}
    </section>
  );
}

interface ReadyProps extends SignPanelProps {
  readonly prepared: Prepared;
  readonly again: () => void;
}

function Ready({ experiment, path, role, held, done, again, prepared: ready }: ReadyProps) {
  const queries = useQueryClient();
  const sign = useMutation({
    mutationFn: async () => {
      const envelope = await signedEnvelope(ready.asked, held);
      const body = { registration: path, envelope };
      return answerOf(client.POST("/api/v1/signature", { body }));
    },
    onSuccess: async ({ seq, uncounted }) => {
      await Promise.all(LEDGER_KEYS.map((key) => queries.invalidateQueries({ queryKey: [key] })));
      done(
        uncounted
          ? `! Signed as entry ${seq}, but it fills no role: each role takes another person.`
          : `✓ ${held.person} signed as ${role}: entry ${seq}.`,
      );
    },
  });
  return (
    <>
      <p>
        By signing, {held.person} vouches as {role} for the document as it is registered, and
        nothing after it. The signature stays in the ledger.
      </p>
      <dl className="facts">
        <dt>Experiment</dt>
        <dd>{experiment}</dd>
        <dt>Document</dt>
        <dd className="hash" data-to-sign={ready.document}>
          {ready.document}
          <small className="clear">✓ this browser computed it from what is registered</small>
        </dd>
        <dt>Role</dt>
        <dd>{role}</dd>
        <dt>Person</dt>
        <dd>{held.person}</dd>
        <dt>Key</dt>
        <dd className="hash">sha256:{held.fingerprint}</dd>
        <dt>Time</dt>
        <dd>{ready.asked.at.slice(0, 16).replace("T", " ")} UTC, good for ten minutes</dd>
      </dl>
      {sign.isError && (
        <Failure
          error={sign.error}
          again={() => {
            sign.reset();
            again();
          }}
        />
      )}
      <div className="actions">
        <Button
          size="sm"
          variant="default"
          className="primary"
          onClick={() => sign.mutate()}
          loading={sign.isPending}
        >
          Sign as {held.person}
        </Button>
        <Button size="sm" variant="default" onClick={() => done()}>
          Do not sign
        </Button>
      </div>
    </>
  );
}
