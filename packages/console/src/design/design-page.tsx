/** Figures in, a study out: sizes, curves, boundary, findings and the registration, computed in this page as one types. */
import { Alert, Button } from "@mantine/core";
import {
  bottleneckSentence,
  boundaryFigure,
  DESIGN_BOUNDARIES,
  type Design,
  type DesignFigures,
  designOf,
  type Form,
  sizingSections,
} from "plumbline/view";
import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { useAddress } from "../parts/address.js";
import { openDraft } from "../parts/draft.js";
import { ReportMarkup } from "../parts/report-markup.js";
import { save } from "../parts/save.js";
import { readCohorts, readFigures, unreadCohorts, writeCohorts, writeFigures } from "./figures.js";

interface NumberRow {
  readonly name: keyof DesignFigures & string;
  readonly label: string;
  readonly least: number;
  readonly most: number;
  readonly step: number;
}

const NUMBERS: readonly NumberRow[] = [
  { name: "baseline", label: "Baseline (a share as 0.12)", least: 0.001, most: 1, step: 0.001 },
  {
    name: "sd",
    label: "Standard deviation of one unit (amounts)",
    least: 0.001,
    most: 10,
    step: 0.001,
  },
  {
    name: "mde",
    label: "Smallest effect worth acting on (relative)",
    least: 0.005,
    most: 0.3,
    step: 0.005,
  },
  { name: "power", label: "Power", least: 0.5, most: 0.99, step: 0.01 },
  { name: "alpha", label: "Alpha", least: 0.001, most: 0.2, step: 0.001 },
  {
    name: "weeklyUnits",
    label: "Different units a week",
    least: 1000,
    most: 1_000_000,
    step: 1000,
  },
  {
    name: "returningShare",
    label: "Share of them there the week before",
    least: 0,
    most: 1,
    step: 0.01,
  },
  {
    name: "exposedShare",
    label: "Share that enters the experiment",
    least: 0.01,
    most: 1,
    step: 0.01,
  },
  { name: "days", label: "Days of the run", least: 1, most: 84, step: 1 },
  { name: "looks", label: "Looks", least: 1, most: 10, step: 1 },
];

export default function DesignPage() {
  const [{ design: shared }, go] = useAddress();
  const [figures, setFigures] = useState(() => readFigures(shared));
  const design = useMemo(() => designOf(figures), [figures]);
  // The address follows a moment later: writing it at every step of a slider would fill the history.
  useEffect(() => {
    const text = writeFigures(figures);
    if (text === shared) return undefined;
    const later = setTimeout(() => go({ design: text }, { replace: true }), 400);
    return () => clearTimeout(later);
  }, [figures, shared, go]);
  return (
    <>
      <h1>Study designer</h1>
      <p className="lead">
        What would convince us, before we look. Everything here is computed in this page.
      </p>
      <Fields figures={figures} change={(part) => setFigures({ ...figures, ...part })} />
      <Outcome design={design} experiment={figures.experiment} />
    </>
  );
}

interface FieldsProps {
  readonly figures: DesignFigures;
  readonly change: (part: Partial<DesignFigures>) => void;
}

function Fields({ figures, change }: FieldsProps) {
  const [cohorts, setCohorts] = useState(() => writeCohorts(figures.cohorts));
  const unread = unreadCohorts(cohorts);
  const rows = NUMBERS.filter(({ name }) => name !== "sd" || figures.kind === "amount");
  return (
    <form className="panel design-fields" aria-label="Figures" onSubmit={(e) => e.preventDefault()}>
      <Text
        label="Experiment"
        value={figures.experiment}
        onText={(experiment) => change({ experiment })}
      />
      <Text label="Primary metric" value={figures.metric} onText={(metric) => change({ metric })} />
      <Choice
        label="Kind of metric"
        value={figures.kind}
        values={["share", "amount"]}
        onValue={(kind) => change({ kind: kind === "amount" ? "amount" : "share" })}
      />
      {rows.map((row) => (
        <NumberField
          key={row.name}
          row={row}
          value={Number(figures[row.name])}
          onNumber={(value) => change({ [row.name]: value })}
        />
      ))}
      <Choice
        label="Boundary"
        value={figures.boundary}
        values={DESIGN_BOUNDARIES}
        onValue={(name) =>
          change({ boundary: DESIGN_BOUNDARIES.find((each) => each === name) ?? "obrien_fleming" })
        }
      />
      <Text
        label="Cohorts and their shares, e.g. EN 0.6, JP 0.25"
        value={cohorts}
        onText={(text) => {
          setCohorts(text);
          change({ cohorts: readCohorts(text) });
        }}
      />
      {unread.length > 0 && (
        <p role="alert">
          ✕ Not counted: {unread.join(", ")}. Write each cohort as its name, a blank and its share,
          e.g. JP 0.25.
        </p>
      )}
    </form>
  );
}

interface TextProps {
  readonly label: string;
  readonly value: string;
  readonly onText: (text: string) => void;
}

function Text({ label, value, onText }: TextProps) {
  return (
    <label>
      <span>{label}</span>
      <input type="text" value={value} onChange={(event) => onText(event.currentTarget.value)} />
    </label>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly values: readonly string[];
  readonly onValue: (value: string) => void;
}

function Choice({ label, value, values, onValue }: ChoiceProps) {
  return (
    <label>
      <span>{label}</span>
      <select value={value} onChange={(event) => onValue(event.currentTarget.value)}>
        {values.map((each) => (
          <option key={each} value={each}>
            {each.replaceAll("_", " ")}
          </option>
        ))}
      </select>
    </label>
  );
}

interface NumberFieldProps {
  readonly row: NumberRow;
  readonly value: number;
  readonly onNumber: (value: number) => void;
}

/** A slider for trying, and a field for what is known exactly. */
function NumberField({ row, value, onNumber }: NumberFieldProps) {
  const { label, least, most, step } = row;
  const take = (text: string) => {
    const given = Number(text);
    if (text !== "" && Number.isFinite(given)) onNumber(given);
  };
  return (
    <label>
      <span>{label}</span>
      <input
        type="number"
        step="any"
        value={value}
        onChange={(event) => take(event.currentTarget.value)}
      />
      <input
        type="range"
        aria-label={`${label}, slider`}
        min={least}
        max={most}
        step={step}
        value={Math.min(most, Math.max(least, value))}
        onChange={(event) => take(event.currentTarget.value)}
      />
    </label>
  );
}

function Outcome({ design, experiment }: { readonly design: Design; readonly experiment: string }) {
  if (design.report === null) {
    return (
      <Alert role="alert" color="red" variant="default" title="✕ These figures are no study">
        <ul className="listed">
          {design.problems.map(({ field, message }) => (
            <li key={`${field}${message}`}>
              {field === "" ? "" : `${field}: `}
              {message}
            </li>
          ))}
        </ul>
      </Alert>
    );
  }
  return (
    <>
      <p className="lead" role="status">
        <strong>{bottleneckSentence(design.report)}</strong>
      </p>
      <Findings design={design} />
      <Pictures design={design} experiment={experiment} />
      <Document yaml={design.yaml} experiment={experiment} />
    </>
  );
}

const SIGNS = { error: "✕ error", warning: "! warning", note: "i note" } as const;

function Findings({ design: { findings } }: { readonly design: Design }) {
  if (findings.length === 0) return <p>✓ The audit finds nothing.</p>;
  return (
    <section aria-labelledby="found">
      <h2 id="found">What the audit finds</h2>
      <ul className="listed">
        {findings.map(({ code, severity, sentence, mend }) => (
          <li key={`${code}${sentence}`}>
            <strong>{SIGNS[severity]}</strong> {sentence} {mend}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Where the report's style changes to the narrow form. */
const NARROW = "screen and (max-width: 760px)";

function watchWidth(told: () => void): () => void {
  const media = window.matchMedia(NARROW);
  media.addEventListener("change", told);
  return () => media.removeEventListener("change", told);
}

/** The form of the plots that this window shows; drawing the other too would double the time of a redraw. */
function useForm(): Form {
  return useSyncExternalStore(watchWidth, () =>
    window.matchMedia(NARROW).matches ? "narrow" : "wide",
  );
}

function Pictures({
  design,
  experiment,
}: {
  readonly design: Design;
  readonly experiment: string;
}) {
  const form = useForm();
  const boundary = useBoundary(design, form);
  const text = useMemo(() => {
    const { report, power, effects } = design;
    return report === null ? "" : sizingSections({ report, power, effects }, [form]).text;
  }, [design, form]);
  return <ReportMarkup text={`${text}${boundary}`} name={experiment} />;
}

/** Drawn again only when the boundary itself is another: most figures do not move it. */
function useBoundary({ plan, days }: Design, form: Form): string {
  const drawn = JSON.stringify([plan?.criticalValues ?? null, days]);
  return useMemo(() => {
    const [criticalValues, lookDays] = JSON.parse(drawn) as [number[] | null, number[]];
    if (criticalValues === null) return "";
    const figure = boundaryFigure({ criticalValues }, lookDays, [form]);
    return `<section aria-labelledby="bounds"><h2 id="bounds">Boundary</h2>${figure.text}</section>`;
  }, [drawn, form]);
}

function Document({ yaml, experiment }: { readonly yaml: string; readonly experiment: string }) {
  return (
    <section aria-labelledby="document">
      <h2 id="document">The registration</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keyboard. */}
      <pre className="scroll" tabIndex={0}>
        {yaml}
      </pre>
      <p className="actions">
        <Button size="xs" variant="default" onClick={() => openDraft(yaml)}>
          Go on in the editor
        </Button>{" "}
        <Button
          size="xs"
          variant="default"
          onClick={() => save(`${experiment}.yaml`, "application/yaml", yaml)}
        >
          Save as a file
        </Button>
      </p>
    </section>
  );
}
