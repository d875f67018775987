/** The quarter's candidates: which are taken on, why, and what would change it. */
import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ChoiceDocument, choiceSentence, portfolioSections } from "plumbline/view";
import { useMemo } from "react";
import { choiceQuery, portfoliosQuery } from "../api/queries.js";
import { useAddress } from "../parts/address.js";
import { ReportMarkup } from "../parts/report-markup.js";
import { Empty, Failure, Loading } from "../parts/states.js";

export default function PortfolioPage() {
  const portfolios = useQuery(portfoliosQuery);
  const [search, go] = useAddress();
  if (!portfolios.isSuccess) {
    return (
      <>
        <h1>Portfolio</h1>
        {portfolios.isPending ? (
          <Loading what="the portfolios" />
        ) : (
          <Failure error={portfolios.error} again={() => void portfolios.refetch()} />
        )}
      </>
    );
  }
  const paths = portfolios.data;
  // With one portfolio there is nothing to choose.
  const chosen = paths.find((path) => path === search.portfolio) ?? paths[0];
  if (chosen === undefined) return <None />;
  return (
    <>
      <h1>Portfolio</h1>
      {paths.length > 1 && (
        <Select
          className="choice"
          label="Portfolio"
          comboboxProps={{ withinPortal: false }}
          data={paths}
          value={chosen}
          onChange={(path) => path !== null && go({ portfolio: path })}
        />
      )}
      <Choice key={chosen} path={chosen} />
    </>
  );
}

function None() {
  return (
    <>
      <h1>Portfolio</h1>
      <Empty title="The workspace has no portfolio">
        <p>
          Write the candidates of a quarter into <code>portfolios/</code>, a document of{" "}
          <code>kind: portfolio</code>; <code>plumb schema portfolio</code> says what belongs in it.
        </p>
      </Empty>
    </>
  );
}

function Choice({ path }: { readonly path: string }) {
  const choice = useQuery(choiceQuery(path));
  const found = choice.data as unknown as ChoiceDocument | undefined;
  const text = useMemo(() => (found === undefined ? "" : portfolioSections(found).text), [found]);
  if (choice.isPending) return <Loading what="the choice" />;
  if (choice.isError) {
    return <Failure error={choice.error} again={() => void choice.refetch()} />;
  }
  if (found === undefined) return null;
  return (
    <>
      <p className="lead">
        <strong>{found.title}.</strong> {choiceSentence(found)}
      </p>
      <ReportMarkup text={text} name={found.portfolio_id} />
    </>
  );
}
