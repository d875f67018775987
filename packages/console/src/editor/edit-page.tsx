/** Changing a document of the workspace. What is registered already stays on record: a change of it is amended. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { versionQuery } from "../api/queries.js";
import { useAddress } from "../parts/address.js";
import { Empty, Failure, Loading } from "../parts/states.js";
import type { Draft } from "./draft.js";
import { Editor } from "./editor.js";

export default function EditPage() {
  const [{ registration }] = useAddress();
  return (
    <>
      <h1>Edit</h1>
      {registration === undefined ? (
        <Empty title="No document is named">
          <p>
            Choose it on the page <Link to="/registration">Registration</Link>.
          </p>
        </Empty>
      ) : (
        <Document key={registration} path={registration} />
      )}
    </>
  );
}

function Document({ path }: { readonly path: string }) {
  const version = useQuery({ ...versionQuery(path), refetchOnMount: "always" });
  if (version.isPending || (version.isFetching && !version.isFetchedAfterMount)) {
    return <Loading what="the document" />;
  }
  if (version.isError) {
    return <Failure error={version.error} again={() => void version.refetch()} />;
  }
  return <Change path={path} {...version.data} />;
}

interface ChangeProps {
  readonly path: string;
  readonly text: string;
  readonly etag: string;
}

function Change({ path, text, etag }: ChangeProps) {
  const [draft, setDraft] = useState<Draft>({ path, text, etag });
  const [onFile, setOnFile] = useState(text);
  const [said, setSaid] = useState("");
  const back = (
    <Link to="/registration" search={{ registration: path }}>
      Registration
    </Link>
  );
  return (
    <>
      <p className="lead">
        {path} · back to {back}
      </p>
      <Editor
        draft={draft}
        dirty={draft.text !== onFile}
        change={({ onFile: read, ...changed }) => {
          setSaid("");
          if (read !== undefined) setOnFile(read);
          setDraft({ ...draft, ...changed, path });
        }}
        written={(written) => {
          setDraft({ ...draft, etag: written.etag });
          setOnFile(draft.text);
          setSaid("✓ Written.");
        }}
      />
      <p role="status" className="clear">
        {said}
      </p>
    </>
  );
}
