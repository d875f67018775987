import "@mantine/core/styles.css";
import "virtual:report.css";
import "./console.css";
import { createTheme, MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ApiError } from "./api/client.js";
import { router } from "./router.js";

const RETRIES = 2;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // A refusal stays one; only a server that is away may come back.
      retry: (count, error) => error instanceof ApiError && error.status === 0 && count < RETRIES,
    },
  },
});

const theme = createTheme({ fontFamily: "inherit", primaryColor: "blue", defaultRadius: "sm" });

const place = document.getElementById("console");
if (place === null) throw new Error("index.html has no element #console");
createRoot(place).render(
  <StrictMode>
    {/* The server's content policy refuses style elements, which these would be; console.css holds what differs. */}
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
