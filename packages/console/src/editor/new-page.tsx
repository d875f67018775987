/** A registration that does not exist yet: from the template, from the study designer, or from another one. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { experimentsQuery } from "../api/queries.js";
import { dropDraft, keepDraft, keptDraft } from "../parts/draft.js";
import { Editor } from "./editor.js";
import { pathFor, TEMPLATE } from "./template.js";

const FOLDER = "experiments";

/** Where the registrations of the workspace lie. */
function useFolder(): string {
  const experiments = useQuery(experimentsQuery);
  const first = experiments.data?.find(({ path }) => path?.includes("/"))?.path;
  return first?.split("/").slice(0, -1).join("/") ?? FOLDER;
}

export default function NewRegistrationPage() {
  const folder = useFolder();
  const navigate = useNavigate();
  const [text, setText] = useState(() => keptDraft() ?? TEMPLATE);
  // Until somebody names the file, it goes by the name of the experiment.
  const [named, setNamed] = useState<string | null>(null);
  const path = named ?? pathFor(text, folder);
  return (
    <>
      <h1>New registration</h1>
      <p className="lead">
        What is promised before anybody looks. Writing it makes a file of the workspace; registering
        and signing come after.
      </p>
      <Editor
        draft={{ path, text, etag: null }}
        dirty
        change={(changed) => {
          if (changed.path !== undefined) setNamed(changed.path);
          if (changed.text === undefined) return;
          setText(changed.text);
          keepDraft(changed.text);
        }}
        written={({ path: at }) => {
          dropDraft();
          void navigate({ to: "/registration", search: { registration: at } } as never);
        }}
      />
      <p>
        <button
          type="button"
          className="save"
          onClick={() => {
            dropDraft();
            setText(TEMPLATE);
            setNamed(null);
          }}
        >
          Begin again with the empty form
        </button>
      </p>
    </>
  );
}
