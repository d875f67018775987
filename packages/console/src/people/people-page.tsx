/** Who signs with which key: the keys of this browser, everybody's public keys, and links to sign in with. */
import { useQuery } from "@tanstack/react-query";
import { type People, sessionQuery } from "../api/queries.js";
import { DataTable } from "../parts/data-table.js";
import { Failure, Loading } from "../parts/states.js";
import { Invite } from "./invite.js";
import { MyKeys } from "./my-keys.js";
import { useKeys } from "./use-keys.js";

export default function PeoplePage() {
  const session = useQuery(sessionQuery);
  const { people, keys } = useKeys();
  return (
    <>
      <h1>People</h1>
      {people.isPending && <Loading what="the people" />}
      {people.isError && <Failure error={people.error} again={() => void people.refetch()} />}
      {keys.isError && <Failure error={keys.error} again={() => void keys.refetch()} />}
      {session.data && people.data && keys.data && (
        <>
          <MyKeys person={session.data.person} people={people.data} keys={keys.data} />
          <Everybody people={people.data} held={keys.data.map(({ fingerprint }) => fingerprint)} />
          {session.data.permissions.includes("administer") && <Invite people={people.data} />}
        </>
      )}
    </>
  );
}

const COLUMNS = ["Person", "Signs as", "Keys"] as const;

interface EverybodyProps {
  readonly people: People;
  readonly held: readonly string[];
}

function Everybody({ people: { items }, held }: EverybodyProps) {
  return (
    <section>
      <h2>Who may sign</h2>
      {items.length === 0 ? (
        <p>
          Nobody yet: <code>people.yaml</code> at the root of the workspace names people by their
          public keys.
        </p>
      ) : (
        <DataTable name="People" columns={COLUMNS}>
          {items.map(({ person, roles, keys }) => (
            <tr key={person}>
              <th scope="row">{person}</th>
              <td>{roles === null ? "any role" : roles.join(", ") || "no role"}</td>
              <td>
                {keys.map(({ fingerprint, current }) => (
                  <span key={fingerprint} className="key">
                    <span className={current ? "clear" : "near"}>
                      {current ? "✓ counts" : "! does not count now"}
                    </span>{" "}
                    <span className="hash">{fingerprint.slice(0, 16)}…</span>
                    {held.includes(fingerprint) && " in this browser"}
                  </span>
                ))}
              </td>
            </tr>
          ))}
        </DataTable>
      )}
    </section>
  );
}
