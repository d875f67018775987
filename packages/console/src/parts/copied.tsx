/** A button that copies a text, and says so. */
import { Button } from "@mantine/core";
import { useState } from "react";

interface CopiedProps {
  readonly text: string;
  readonly what: string;
}

export function Copied({ text, what }: CopiedProps) {
  const [said, setSaid] = useState("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid("✓ Copied");
    } catch {
      setSaid("! The browser does not allow it: select the text and copy it.");
    }
  };
  return (
    <div className="actions">
      <Button size="xs" variant="default" onClick={() => void copy()}>
        Copy {what}
      </Button>
      <span role="status">{said}</span>
    </div>
  );
}
