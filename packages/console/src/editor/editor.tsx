/** A document as text, judged as it is typed and written as a whole. */
import { Button, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { ApiError, answerOf, client } from "../api/client.js";
import { draftQuery, LEDGER_KEYS, sessionQuery } from "../api/queries.js";
import { Failure } from "../parts/states.js";
import { Conflict } from "./conflict.js";
import type { Changed, Draft } from "./draft.js";
import { countText, Findings } from "./findings.js";
import { offsetOf } from "./template.js";

interface EditorProps {
  readonly draft: Draft;
  readonly change: (changed: Changed) => void;
  /** It differs from what is written. */
  readonly dirty: boolean;
  readonly written: (written: {
    readonly path: string;
    readonly kind: string;
    readonly etag: string;
  }) => void;
}

const REST_MILLISECONDS = 400;
const MAY_NOT = "Writing takes the role author or admin of this server; the text can be copied.";

function useSave({ draft, written }: EditorProps) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ path, text, etag }: Draft) =>
      answerOf(
        client.PUT("/api/v1/document", {
          body: { path, text },
          params: { header: etag === null ? { "if-none-match": "*" } : { "if-match": etag } },
        }),
      ),
    onSuccess: async (answer) => {
      await Promise.all(LEDGER_KEYS.map((key) => queries.invalidateQueries({ queryKey: [key] })));
      queries.setQueryData(["version", draft.path], { text: draft.text, etag: answer.etag });
      written(answer);
    },
  });
}

export function Editor(props: EditorProps) {
  const { draft, change, dirty } = props;
  const area = useRef<HTMLTextAreaElement>(null);
  const [rested] = useDebouncedValue(draft, REST_MILLISECONDS);
  const session = useQuery(sessionQuery);
  const check = useQuery({
    ...draftQuery(rested.path, rested.text),
    placeholderData: keepPreviousData,
  });
  const save = useSave(props);
  useEffect(() => {
    const stay = (event: BeforeUnloadEvent) => event.preventDefault();
    if (dirty && draft.etag !== null) window.addEventListener("beforeunload", stay);
    return () => window.removeEventListener("beforeunload", stay);
  }, [dirty, draft.etag]);
  const go = (line: number, column: number) => {
    const at = offsetOf(draft.text, line, column);
    area.current?.focus();
    area.current?.setSelectionRange(at, at);
  };
  const problems = check.data?.problems ?? [];
  const mayWrite = session.data?.permissions.includes("write") === true;
  const isConflict =
    save.error instanceof ApiError && save.error.code === "DOCUMENT_CHANGED" && draft.etag !== null;
  return (
    <form
      className="document"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(draft);
      }}
    >
      {draft.etag === null && (
        <TextInput
          className="choice"
          label="File"
          description="Where it shall lie in the workspace."
          value={draft.path}
          onChange={(event) => change({ path: event.currentTarget.value })}
          maxLength={1000}
        />
      )}
      <label htmlFor="document-text">Text</label>
      <textarea
        id="document-text"
        ref={area}
        className="document-text"
        rows={24}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        value={draft.text}
        aria-describedby="document-findings"
        aria-invalid={check.data?.ok === false}
        onChange={(event) => change({ text: event.currentTarget.value })}
      />
      <p role="status" id="document-findings" data-checked={rested === draft && !check.isFetching}>
        {draft.path === "" ? "Name the file, or the experiment in experiment_id." : ""}
        {check.data && countText(problems)}
      </p>
      {check.isError && <Failure error={check.error} />}
      <Findings path={draft.path} problems={problems} go={go} />
      {isConflict && <Conflict draft={draft} change={change} settled={() => save.reset()} />}
      {save.isError && !isConflict && <Failure error={save.error} />}
      <div className="actions">
        <Button
          type="submit"
          size="sm"
          variant="default"
          className="primary"
          loading={save.isPending}
          disabled={!mayWrite || !dirty || draft.path === "" || isConflict}
        >
          Write it
        </Button>
        <span>{mayWrite ? savedText(draft, dirty, check.data?.ok) : MAY_NOT}</span>
      </div>
    </form>
  );
}

function savedText({ etag }: Draft, dirty: boolean, ok: boolean | undefined): string {
  if (!dirty) return "The file says what stands here.";
  if (ok === false) return "It has errors: the server refuses it until they are mended.";
  return etag === null ? "Nothing is written yet." : "Not written yet.";
}
