/** For admins: a link with which somebody signs in, as themselves and with the roles given. */
import { Button, Checkbox, Select } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, client } from "../api/client.js";
import type { People } from "../api/queries.js";
import { Copied } from "../parts/copied.js";
import { Failure } from "../parts/states.js";

const ROLES = ["viewer", "author", "signer", "operator", "admin"] as const;
type Role = (typeof ROLES)[number];

const MAY: Readonly<Record<Role, string>> = {
  viewer: "read",
  author: "write registrations, read results",
  signer: "sign, read results",
  operator: "start experiments, read results",
  admin: "everything, and make such links",
};

interface Wanted {
  readonly person: string | null;
  readonly roles: readonly Role[];
}

export function Invite({ people }: { readonly people: People }) {
  const [person, setPerson] = useState<string | null>(null);
  const [roles, setRoles] = useState<readonly Role[]>(["signer"]);
  const make = useMutation({
    mutationFn: ({ person: whose, roles: given }: Wanted) =>
      answerOf(
        client.POST("/api/v1/links", {
          body: { roles: [...given], ...(whose === null ? {} : { person: whose }) },
        }),
      ),
  });
  const toggle = (role: Role, on: boolean) =>
    setRoles(ROLES.filter((each) => (each === role ? on : roles.includes(each))));
  return (
    <form
      className="panel"
      aria-label="Sign-in link"
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate({ person, roles });
      }}
    >
      <h2>Let somebody sign in</h2>
      <p>A link that works once, within a day. Send it only to whom it is for.</p>
      <Select
        className="choice"
        label="Person"
        description="Whose signatures it may hand in. Nobody: for somebody whose key is not in people.yaml yet."
        placeholder="Tied to nobody"
        clearable
        comboboxProps={{ withinPortal: false }}
        data={people.items.map((each) => each.person)}
        value={person}
        onChange={setPerson}
      />
      <fieldset>
        <legend>May</legend>
        {ROLES.map((role) => (
          <Checkbox
            key={role}
            size="xs"
            label={`${role}: ${MAY[role]}`}
            checked={roles.includes(role)}
            onChange={(event) => toggle(role, event.currentTarget.checked)}
          />
        ))}
      </fieldset>
      <div className="actions">
        <Button
          type="submit"
          size="sm"
          variant="default"
          className="primary"
          disabled={roles.length === 0}
          loading={make.isPending}
        >
          Make a link
        </Button>
        {roles.length === 0 && <span>Choose at least one role.</span>}
      </div>
      {make.isError && <Failure error={make.error} />}
      {make.data && (
        <div role="status">
          <p className="hash" data-link>
            {make.data.url}
          </p>
          <Copied text={make.data.url} what="the link" />
        </div>
      )}
    </form>
  );
}
