// Made by `npm run client` from /openapi.json; not to be edited.
export interface paths {
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The process answers.
         * @description Open to everybody.
         */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Workspace and ledger can be read.
         * @description Open to everybody.
         */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics in the text format of Prometheus.
         * @description For the roles viewer, author, signer, operator, admin.
         */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Sign in with a link that plumb serve printed; each works once.
         * @description Open to everybody.
         */
        get: operations["signIn"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who is signed in.
         * @description For everybody who is signed in.
         */
        get: operations["session"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sign-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End this session.
         * @description For everybody who is signed in.
         */
        post: operations["signOut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * API tokens, without their secrets.
         * @description For the roles admin.
         */
        get: operations["tokens"];
        put?: never;
        /**
         * Make an API token; its secret is shown this once.
         * @description For the roles admin.
         */
        post: operations["newToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a token now.
         * @description For the roles admin.
         */
        post: operations["revokeToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/documents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Documents of the workspace.
         * @description For the roles viewer, author, signer, operator, admin.
         */
        get: operations["documents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/document": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The text of a document.
         * @description For the roles viewer, author, signer, operator, admin.
         */
        get: operations["document"];
        /**
         * Write a document: a new one, or over the version that was read.
         * @description For the roles author, admin.
         */
        put: operations["writeDocument"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Every experiment of the workspace and of the ledger with its standing, in pages.
         * @description For the roles viewer, author, signer, operator, admin.
         */
        get: operations["experiments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/document/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Judge the text of a document without writing it.
         * @description For the roles viewer, author, signer, operator, admin.
         */
        post: operations["checkDraft"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who may sign, by their public keys.
         * @description For the roles viewer, author, signer, operator, admin.
         */
        get: operations["people"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a link with which somebody signs in, once.
         * @description For the roles admin.
         */
        post: operations["newLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Entries of the ledger, in pages.
         * @description For the roles viewer, author, signer, operator, admin.
         */
        get: operations["ledgerEntries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/entries/{seq}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One entry of the ledger.
         * @description For the roles viewer, author, signer, operator, admin.
         */
        get: operations["ledgerEntry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/entries/{seq}/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Proof that an entry is among those of the ledger's tree head.
         * @description For the roles viewer, author, signer, operator, admin.
         */
        get: operations["ledgerProof"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The whole ledger, one line per entry: hash, space, text.
         * @description For the roles viewer, author, signer, operator, admin.
         */
        get: operations["ledgerExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/signature": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a person signs to sign a registration for a role.
         * @description For the roles signer, admin.
         */
        get: operations["signaturePayload"];
        put?: never;
        /**
         * Hand in a signature made with the person's own key.
         * @description For the roles signer, admin.
         */
        post: operations["signature"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * New entries of the ledger (ledger) and finished readouts (readout) as they come.
         * @description For the roles viewer, author, signer, operator, admin.
         */
        get: operations["events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/work": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Scheduled readings and deliveries, latest due first.
         * @description For the roles viewer, author, signer, operator, admin.
         */
        get: operations["work"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/work/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin failed work anew.
         * @description For the roles operator, admin.
         */
        post: operations["workRetry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/readout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Read an experiment and decide: ship, veto, no ship, invalid or continue.
         * @description For the roles author, signer, operator, admin.
         */
        post: operations["readout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/readout/sql": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The SQL that a readout runs, without running it.
         * @description For the roles viewer, author, signer, operator, admin.
         */
        get: operations["readoutSql"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check documents: schema, references, lint.
         * @description For the roles viewer, author, signer, operator, admin.
         */
        get: operations["check"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/schema": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Print the JSON Schema of a document, for editors.
         * @description For the roles viewer, author, signer, operator, admin.
         */
        get: operations["schema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/design/size": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many units a registration needs, for how long, and which question decides.
         * @description For the roles viewer, author, signer, operator, admin.
         */
        get: operations["designSize"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/design/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Judge a registration before anybody is exposed.
         * @description For the roles viewer, author, signer, operator, admin.
         */
        get: operations["designAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/design/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Boundaries of a sequential plan, or the true error of levels of your own.
         * @description For the roles viewer, author, signer, operator, admin.
         */
        get: operations["designPlan"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/guardrails/suggest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Guardrails against the known failures of a launch, with thresholds and the arithmetic.
         * @description For the roles viewer, author, signer, operator, admin.
         */
        get: operations["guardrailsSuggest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/watch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Hold the limits of a running experiment against always-valid tests; pause on a breach.
         * @description For the roles author, signer, operator, admin.
         */
        post: operations["watch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/novelty": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The effect by day since first exposure: its trend, and where it would go.
         * @description For the roles author, signer, operator, admin.
         */
        get: operations["novelty"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/holdback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The lift of a launch against those held back, beside the lift that was booked.
         * @description For the roles author, signer, operator, admin.
         */
        get: operations["holdback"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/portfolio/rank": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Candidates by RICE, with detectability computed and claims held against the record.
         * @description For the roles viewer, author, signer, operator, admin.
         */
        get: operations["portfolioRank"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/portfolio/choose": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The best set under engineer-weeks and slots, proved best, and a decision for each.
         * @description For the roles viewer, author, signer, operator, admin.
         */
        get: operations["portfolioChoose"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/portfolio/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The numbers that lead to one candidate's decision, step by step.
         * @description For the roles viewer, author, signer, operator, admin.
         */
        get: operations["portfolioExplain"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register an experiment: its hash goes into the ledger, to be signed.
         * @description For the roles author, admin.
         */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/amend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a change of a registration a dated, reasoned amendment.
         * @description For the roles author, admin.
         */
        post: operations["amend"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say that a locked experiment starts now: the time goes into the ledger.
         * @description For the roles operator, admin.
         */
        post: operations["start"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Say what is registered, who is missing, what changed, and how often was looked.
         * @description For the roles viewer, author, signer, operator, admin.
         */
        get: operations["status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/anchor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Put the ledger's tree head outside: into git, and to a timestamp authority.
         * @description For the roles operator, admin.
         */
        post: operations["anchor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Verify the ledger: what is proved, by which anchor, and what is not.
         * @description For the roles viewer, author, signer, operator, admin.
         */
        get: operations["verify"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Decide a recorded look again, from the ledger alone.
         * @description For the roles viewer, author, signer, operator, admin.
         */
        get: operations["replay"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** Problem details (RFC 9457) */
        ProblemInput: {
            /** @description urn:plumbline:error: and the code. */
            type: string;
            title: string;
            status: number;
            detail: string;
            /** @description The trace id, as in the log. */
            instance: string;
            code: string;
            /** @description What to do about it, in one sentence. */
            mend: string;
            /** @description Where documents or data have problems. */
            problems?: {
                /** @description Relative to the workspace. */
                file: string;
                /** @description From 1. */
                line: number;
                /** @description From 1, in UTF-16 units. */
                column: number;
                code: string;
                /** @enum {string} */
                severity: "error" | "warning";
                message: string;
                mend: string;
            }[];
            /** @description Which fields of the request are wrong, as JSON pointers. */
            fields?: {
                pointer: string;
                message: string;
            }[];
        };
        /** Problem details (RFC 9457) */
        Problem: {
            /** @description urn:plumbline:error: and the code. */
            type: string;
            title: string;
            status: number;
            detail: string;
            /** @description The trace id, as in the log. */
            instance: string;
            code: string;
            /** @description What to do about it, in one sentence. */
            mend: string;
            /** @description Where documents or data have problems. */
            problems?: {
                /** @description Relative to the workspace. */
                file: string;
                /** @description From 1. */
                line: number;
                /** @description From 1, in UTF-16 units. */
                column: number;
                code: string;
                /** @enum {string} */
                severity: "error" | "warning";
                message: string;
                mend: string;
            }[];
            /** @description Which fields of the request are wrong, as JSON pointers. */
            fields?: {
                pointer: string;
                message: string;
            }[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process answers. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok";
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Workspace and ledger can be read. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok";
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Metrics in the text format of Prometheus. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signIn: {
        parameters: {
            query: {
                token: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Sign in with a link that plumb serve printed; each works once. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who is signed in. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        kind: "token" | "session";
                        name: string;
                        /** @description As in people.yaml; null: tied to nobody. */
                        person: string | null;
                        roles: ("viewer" | "author" | "signer" | "operator" | "admin")[];
                        permissions: string[];
                        /** @description To be sent with writes; null: not needed. */
                        csrf: string | null;
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description End this session. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ended: boolean;
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description API tokens, without their secrets. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            name: string;
                            person: string | null;
                            roles: ("viewer" | "author" | "signer" | "operator" | "admin")[];
                            /** Format: date-time */
                            created: string;
                            /** Format: date-time */
                            expires: string;
                            revoked: string | null;
                            usable: boolean;
                        }[];
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    newToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    roles: string[];
                    person?: string;
                    days?: number;
                };
            };
        };
        responses: {
            /** @description Make an API token; its secret is shown this once. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        token: string;
                        record: {
                            id: string;
                            name: string;
                            person: string | null;
                            roles: ("viewer" | "author" | "signer" | "operator" | "admin")[];
                            /** Format: date-time */
                            created: string;
                            /** Format: date-time */
                            expires: string;
                            revoked: string | null;
                            usable: boolean;
                        };
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description End a token now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        person: string | null;
                        roles: ("viewer" | "author" | "signer" | "operator" | "admin")[];
                        /** Format: date-time */
                        created: string;
                        /** Format: date-time */
                        expires: string;
                        revoked: string | null;
                        usable: boolean;
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    documents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Documents of the workspace. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            path: string;
                            /** @description Null: it is not known which document it is. */
                            kind: string | null;
                        }[];
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    document: {
        parameters: {
            query: {
                path: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The text of a document. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/yaml": string;
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    writeDocument: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the version that is replaced. */
                "if-match"?: string;
                /** @description * for a document that does not exist yet. */
                "if-none-match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Relative to the workspace. */
                    path: string;
                    /** @description The whole document, YAML. */
                    text: string;
                };
            };
        };
        responses: {
            /** @description Write a document: a new one, or over the version that was read. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        schema: "plumbline.written/1";
                        path: string;
                        kind: string;
                        created: boolean;
                        /** @description The version now there, for the next If-Match. */
                        etag: string;
                        /** @description Warnings, and what no longer fits elsewhere. */
                        problems: {
                            /** @description Relative to the workspace. */
                            file: string;
                            /** @description From 1. */
                            line: number;
                            /** @description From 1, in UTF-16 units. */
                            column: number;
                            code: string;
                            /** @enum {string} */
                            severity: "error" | "warning";
                            message: string;
                            mend: string;
                        }[];
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    experiments: {
        parameters: {
            query?: {
                /** @description `next` of the page before; without, the first page. */
                cursor?: string;
                /** @description Items of a page, at most 200. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every experiment of the workspace and of the ledger with its standing, in pages. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: ({
                            path: string | null;
                            standing: {
                                experiment: string;
                                /** @enum {string} */
                                state: "unregistered" | "unsigned" | "half_signed" | "locked";
                                version: ({
                                    /** @description Number of an entry in the ledger, from 1. */
                                    seq: number;
                                    /**
                                     * Format: date-time
                                     * @description UTC.
                                     */
                                    at: string;
                                    /** @enum {string} */
                                    kind: "registered" | "amended";
                                    /** @description SHA-256, hex. */
                                    document: string;
                                    /** @description What was registered. */
                                    content: {
                                        [key: string]: unknown;
                                    };
                                    reason: string | null;
                                    changes: ({
                                        path: string;
                                        before?: unknown;
                                        after?: unknown;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                    counted: ({
                                        /** @description Number of an entry in the ledger, from 1. */
                                        seq: number;
                                        /**
                                         * Format: date-time
                                         * @description UTC.
                                         */
                                        at: string;
                                        /** @description SHA-256, hex. */
                                        document: string;
                                        role: string;
                                        person: string;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                    uncounted: ({
                                        /** @description Number of an entry in the ledger, from 1. */
                                        seq: number;
                                        /**
                                         * Format: date-time
                                         * @description UTC.
                                         */
                                        at: string;
                                        /** @description SHA-256, hex. */
                                        document: string;
                                        role: string;
                                        person: string;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                    missing: string[];
                                    locked: ({
                                        /** @description Number of an entry in the ledger, from 1. */
                                        seq: number;
                                        /**
                                         * Format: date-time
                                         * @description UTC.
                                         */
                                        at: string;
                                    } & {
                                        [key: string]: unknown;
                                    }) | null;
                                } & {
                                    [key: string]: unknown;
                                }) | null;
                                versions: ({
                                    /** @description Number of an entry in the ledger, from 1. */
                                    seq: number;
                                    /**
                                     * Format: date-time
                                     * @description UTC.
                                     */
                                    at: string;
                                    /** @enum {string} */
                                    kind: "registered" | "amended";
                                    /** @description SHA-256, hex. */
                                    document: string;
                                    /** @description What was registered. */
                                    content: {
                                        [key: string]: unknown;
                                    };
                                    reason: string | null;
                                    changes: ({
                                        path: string;
                                        before?: unknown;
                                        after?: unknown;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                    counted: ({
                                        /** @description Number of an entry in the ledger, from 1. */
                                        seq: number;
                                        /**
                                         * Format: date-time
                                         * @description UTC.
                                         */
                                        at: string;
                                        /** @description SHA-256, hex. */
                                        document: string;
                                        role: string;
                                        person: string;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                    uncounted: ({
                                        /** @description Number of an entry in the ledger, from 1. */
                                        seq: number;
                                        /**
                                         * Format: date-time
                                         * @description UTC.
                                         */
                                        at: string;
                                        /** @description SHA-256, hex. */
                                        document: string;
                                        role: string;
                                        person: string;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                    missing: string[];
                                    locked: ({
                                        /** @description Number of an entry in the ledger, from 1. */
                                        seq: number;
                                        /**
                                         * Format: date-time
                                         * @description UTC.
                                         */
                                        at: string;
                                    } & {
                                        [key: string]: unknown;
                                    }) | null;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                amendments: ({
                                    /** @description Number of an entry in the ledger, from 1. */
                                    seq: number;
                                    /**
                                     * Format: date-time
                                     * @description UTC.
                                     */
                                    at: string;
                                    reason: string;
                                    changes: ({
                                        path: string;
                                        before?: unknown;
                                        after?: unknown;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                    looksBefore: number;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                looks: ({
                                    /** @description Number of an entry in the ledger, from 1. */
                                    seq: number;
                                    /**
                                     * Format: date-time
                                     * @description UTC.
                                     */
                                    at: string;
                                    number: number;
                                    verdict: string;
                                    document: string | null;
                                    version: number | null;
                                    /** @enum {string} */
                                    read: "registered" | "changed" | "unknown";
                                } & {
                                    [key: string]: unknown;
                                })[];
                                started: ({
                                    /** @description Number of an entry in the ledger, from 1. */
                                    seq: number;
                                    /**
                                     * Format: date-time
                                     * @description UTC.
                                     */
                                    at: string;
                                } & {
                                    [key: string]: unknown;
                                }) | null;
                                rejected: ({
                                    /** @description Number of an entry in the ledger, from 1. */
                                    seq: number;
                                    /**
                                     * Format: date-time
                                     * @description UTC.
                                     */
                                    at: string;
                                    /** @description SHA-256, hex. */
                                    document: string;
                                    role: string;
                                    person: string;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                changed: ({
                                    path: string;
                                    before?: unknown;
                                    after?: unknown;
                                } & {
                                    [key: string]: unknown;
                                })[] | null;
                                registrationSentence: string;
                                sentence: string;
                            } & {
                                [key: string]: unknown;
                            };
                            missing: ({
                                role: string;
                                /** @description Null: anybody in people.yaml. */
                                holders: string[] | null;
                            } & {
                                [key: string]: unknown;
                            })[];
                            checks: ({
                                id: string;
                                /** @enum {string} */
                                status: "passed" | "failed" | "not_checked";
                                sentence: string;
                            } & {
                                [key: string]: unknown;
                            })[] | null;
                            unreadable: boolean;
                        } & {
                            [key: string]: unknown;
                        })[];
                        /** @description Cursor of the next page; null: the end. */
                        next: string | null;
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    checkDraft: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Relative to the workspace. */
                    path: string;
                    /** @description The whole document, YAML. */
                    text: string;
                };
            };
        };
        responses: {
            /** @description Judge the text of a document without writing it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        schema: "plumbline.draft/1";
                        path: string;
                        /** @description Null: it is not known which document it is. */
                        kind: string | null;
                        /** @description It would be written. */
                        ok: boolean;
                        problems: {
                            /** @description Relative to the workspace. */
                            file: string;
                            /** @description From 1. */
                            line: number;
                            /** @description From 1, in UTF-16 units. */
                            column: number;
                            code: string;
                            /** @enum {string} */
                            severity: "error" | "warning";
                            message: string;
                            mend: string;
                        }[];
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    people: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who may sign, by their public keys. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Its name. */
                        workspace: string;
                        items: {
                            person: string;
                            /** @description Held by plumbline.yaml; null: it names nobody for any role. */
                            roles: string[] | null;
                            keys: {
                                /** @description SHA-256 of the public key, hex. */
                                fingerprint: string;
                                /** @description Signatures before this do not count. */
                                from: string | null;
                                /** @description Signatures after this do not count. */
                                until: string | null;
                                /** @description Signatures made now count. */
                                current: boolean;
                            }[];
                        }[];
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    newLink: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    roles: ("viewer" | "author" | "signer" | "operator" | "admin")[];
                    /** @description As in people.yaml; then it hands in no other person's signatures. */
                    person?: string;
                };
            };
        };
        responses: {
            /** @description Make a link with which somebody signs in, once. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Shown this once; it works once. */
                        url: string;
                        /**
                         * Format: date-time
                         * @description UTC.
                         */
                        expires: string;
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ledgerEntries: {
        parameters: {
            query?: {
                /** @description `next` of the page before; without, the first page. */
                cursor?: string;
                /** @description Items of a page, at most 200. */
                limit?: number;
                order?: "newest" | "oldest";
                /** @description Only of this experiment. */
                subject?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Entries of the ledger, in pages. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** @description Number of an entry in the ledger, from 1. */
                            seq: number;
                            /** @description SHA-256, hex. */
                            hash: string;
                            /** @description Null: the text of the entry cannot be read. */
                            previous: string | null;
                            type: string | null;
                            at: string | null;
                            subject: string | null;
                            body: {
                                [key: string]: unknown;
                            } | null;
                        }[];
                        /** @description Cursor of the next page; null: the end. */
                        next: string | null;
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ledgerEntry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                seq: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One entry of the ledger. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Number of an entry in the ledger, from 1. */
                        seq: number;
                        /** @description SHA-256, hex. */
                        hash: string;
                        /** @description Null: the text of the entry cannot be read. */
                        previous: string | null;
                        type: string | null;
                        at: string | null;
                        subject: string | null;
                        body: {
                            [key: string]: unknown;
                        } | null;
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ledgerProof: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                seq: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Proof that an entry is among those of the ledger's tree head. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Number of an entry in the ledger, from 1. */
                        seq: number;
                        /** @description The entry's canonical JSON; its SHA-256 is its hash. */
                        text: string;
                        /** @description SHA-256, hex. */
                        hash: string;
                        /** @description Entries of the tree. */
                        size: number;
                        /** @description SHA-256, hex. */
                        root: string;
                        /** @description RFC 6962 inclusion proof, from the leaf up. */
                        path: string[];
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ledgerExport: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The whole ledger, one line per entry: hash, space, text. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signaturePayload: {
        parameters: {
            query: {
                registration: string;
                role: string;
                /** @description As in people.yaml. */
                person: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What a person signs to sign a registration for a role. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        schema: "plumbline.to_sign/1";
                        experiment: string;
                        /** @description SHA-256, hex. */
                        document: string;
                        role: string;
                        person: string;
                        /**
                         * Format: date-time
                         * @description UTC.
                         */
                        at: string;
                        /** @description Ids of the person's keys that count now. */
                        keys: string[];
                        payloadType: string;
                        /** @description The statement, for the envelope. */
                        payload: string;
                        /** @description The bytes to sign with ed25519 (DSSE). */
                        pae: string;
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signature: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    registration: string;
                    envelope: {
                        payload: string;
                        payloadType: string;
                        signatures: {
                            keyid: string;
                            sig: string;
                        }[];
                    };
                };
            };
        };
        responses: {
            /** @description Hand in a signature made with the person's own key. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        schema: "plumbline.signed/1";
                        experiment: string;
                        person: string;
                        role: string;
                        /** @description Number of an entry in the ledger, from 1. */
                        seq: number;
                        /** @description SHA-256, hex. */
                        document: string;
                        /** @enum {string} */
                        state: "unregistered" | "unsigned" | "half_signed" | "locked";
                        missing: ({
                            role: string;
                            /** @description Null: anybody in people.yaml. */
                            holders: string[] | null;
                        } & {
                            [key: string]: unknown;
                        })[];
                        uncounted: boolean;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    events: {
        parameters: {
            query?: never;
            header?: {
                /** @description Number of the last entry seen: what came since is sent first. */
                "last-event-id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description New entries of the ledger (ledger) and finished readouts (readout) as they come. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    work: {
        parameters: {
            query?: {
                /** @description `next` of the page before; without, the first page. */
                cursor?: string;
                /** @description Items of a page, at most 200. */
                limit?: number;
                state?: "waiting" | "running" | "done" | "failed" | "dropped";
                kind?: "look" | "maturation" | "holdback" | "webhook";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Scheduled readings and deliveries, latest due first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            /** @enum {string} */
                            kind: "look" | "maturation" | "holdback" | "webhook";
                            /** @description The experiment. */
                            subject: string;
                            /** @description What is read, or who is told. */
                            what: string;
                            /**
                             * @description failed: given up after its last attempt.
                             * @enum {string}
                             */
                            state: "waiting" | "running" | "done" | "failed" | "dropped";
                            /**
                             * Format: date-time
                             * @description UTC.
                             */
                            due: string;
                            /** @description Not before it, after a failed attempt. */
                            again: string | null;
                            attempts: number;
                            /** @description What came of it, or of its last attempt. */
                            outcome: string;
                            finished: string | null;
                        }[];
                        /** @description Cursor of the next page; null: the end. */
                        next: string | null;
                        /** @description Registered experiments without planned readings, and why. */
                        unplanned: {
                            experiment: string;
                            reason: string;
                        }[];
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    workRetry: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Of work that failed. */
                    id: string;
                };
            };
        };
        responses: {
            /** @description Begin failed work anew. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        kind: "look" | "maturation" | "holdback" | "webhook";
                        /** @description The experiment. */
                        subject: string;
                        /** @description What is read, or who is told. */
                        what: string;
                        /**
                         * @description failed: given up after its last attempt.
                         * @enum {string}
                         */
                        state: "waiting" | "running" | "done" | "failed" | "dropped";
                        /**
                         * Format: date-time
                         * @description UTC.
                         */
                        due: string;
                        /** @description Not before it, after a failed attempt. */
                        again: string | null;
                        attempts: number;
                        /** @description What came of it, or of its last attempt. */
                        outcome: string;
                        finished: string | null;
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    registration: string;
                    evidence?: string;
                    asOf?: string;
                    explore?: string;
                    /** @default false */
                    record?: boolean;
                };
            };
        };
        responses: {
            /** @description Read an experiment and decide: ship, veto, no ship, invalid or continue. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        schema: "plumbline.readout/1";
                        generator: {
                            /** @enum {string} */
                            name: "plumbline";
                            version: string;
                        };
                        /** Format: date-time */
                        generated_at: string;
                        experiment_id: string;
                        hypothesis: {
                            h0: string;
                            h1: string;
                        };
                        randomization_unit: string;
                        /** @enum {string} */
                        verdict: "ship" | "veto" | "no_ship" | "invalid" | "continue";
                        exit_code: number;
                        reason: string;
                        next: string;
                        shippable_arm: string | null;
                        effects_evaluable: boolean;
                        data: {
                            origin: string;
                            description: string;
                        };
                        interval_level: number;
                        /** @enum {string} */
                        interval_kind: "fixed" | "repeated" | "always_valid";
                        timing: {
                            day: number | null;
                            first_exposure: string | null;
                            last_exposure: string | null;
                        } | null;
                        plan: {
                            /** @enum {string} */
                            kind: "fixed_horizon" | "group_sequential" | "custom_levels" | "always_valid";
                            label: string;
                            /** @enum {string} */
                            moment: "planned_look" | "final_look" | "not_a_look" | "any_time";
                            day: number | null;
                            next_day: number | null;
                            last_day: number | null;
                            sentence: string;
                            arms: {
                                treatment: string;
                                /** @enum {string} */
                                decision: "stop_for_benefit" | "stop_for_harm" | "stop_for_futility" | "continue" | "not_shown" | "not_judged";
                                z: number | null;
                                information: number | null;
                                information_unit: string | null;
                                fraction: number | null;
                                information_basis: string | null;
                                nominal_level: number | null;
                                futility_bound: number | null;
                                looks: {
                                    day: number | null;
                                    fraction: number;
                                    critical_value: number;
                                    nominal_level: number;
                                    z: number | null;
                                    /** @enum {string} */
                                    state: "taken" | "assumed" | "now" | "to_come";
                                }[];
                                stage_wise: {
                                    p_value: number;
                                    estimate: number;
                                    interval: {
                                        lower: number | null;
                                        upper: number | null;
                                        level: number;
                                    };
                                    /** @enum {string} */
                                    scale: "relative" | "absolute";
                                    unit: string | null;
                                } | null;
                                predictive_power: number | null;
                                conditional_power_at_mde: number | null;
                            }[];
                        } | null;
                        policies: {
                            sentence: string;
                            entries: {
                                /** @enum {string} */
                                policy: "harm_test" | "non_inferiority" | "risk_aware" | "posterior_breach";
                                correction: ("none" | "bonferroni" | "holm") | null;
                                deterioration_alpha: number | null;
                                posterior_limit: number | null;
                                label: string;
                                declared: boolean;
                                /** @enum {string} */
                                verdict: "ship" | "veto" | "no_ship" | "invalid" | "continue";
                                treatment: string | null;
                                stopped_at: string | null;
                                code: string | null;
                                reason: string;
                            }[];
                            false_veto: {
                                tests: number;
                                upper_bound: number | null;
                                harmful_side: number | null;
                                at_these_errors: number | null;
                                not_passed: number | null;
                                with_cohorts: number | null;
                                sentence: string;
                            } | null;
                        } | null;
                        arms: {
                            name: string;
                            value: string;
                            /** @enum {string} */
                            role: "control" | "treatment";
                            intended_share: number;
                            units: number | null;
                            observed_share: number | null;
                            verdict: ("ship" | "veto" | "no_ship" | "invalid" | "continue") | null;
                            reason: string | null;
                            stopped_at: string | null;
                        }[];
                        checks: {
                            id: string;
                            /** @enum {string} */
                            kind: "quality" | "primary" | "guardrail" | "cohort" | "registration";
                            /** @enum {string} */
                            status: "clear" | "near" | "breach" | "underpowered" | "not_evaluable";
                            blocks: boolean;
                            metric: string | null;
                            treatment: string | null;
                            cohort: {
                                dimension: string;
                                level: string;
                            } | null;
                            estimate: number | null;
                            scale: ("relative" | "absolute" | "level" | "count") | null;
                            unit: string | null;
                            interval: {
                                lower: number | null;
                                upper: number | null;
                                level: number;
                            } | null;
                            p_value: number | null;
                            p_value_is_bound: boolean;
                            alpha: number | null;
                            threshold: number | null;
                            power_at_threshold: number | null;
                            probability_beyond_threshold: number | null;
                            code: string;
                            sentence: string;
                        }[];
                        metrics: {
                            name: string;
                            /** @enum {string} */
                            role: "primary" | "success" | "guardrail" | "deterioration" | "secondary";
                            /** @enum {string} */
                            kind: "mean" | "proportion" | "ratio" | "quantile" | "rank";
                            /** @enum {string} */
                            direction: "higher_is_better" | "lower_is_better";
                            unit: string | null;
                            /** @enum {string} */
                            alternative: "two_sided" | "greater" | "less";
                            /** @enum {string} */
                            transform: "identity" | "log";
                            order: number | null;
                            alpha: number | null;
                            threshold: {
                                /** @enum {string} */
                                scale: "relative" | "absolute" | "level";
                                value: number;
                                unit: string | null;
                                /** @enum {string} */
                                harm_side: "below" | "above";
                            } | null;
                            mde: {
                                relative: number | null;
                                absolute: number | null;
                                unit: string | null;
                            } | null;
                            comparisons: {
                                treatment: string;
                                analysis: {
                                    method: string;
                                    absolute: {
                                        estimate: number;
                                        standard_error: number | null;
                                        interval: {
                                            lower: number | null;
                                            upper: number | null;
                                            level: number;
                                        } | null;
                                        unit: string | null;
                                    } | null;
                                    relative: {
                                        estimate: number;
                                        standard_error: number | null;
                                        interval: {
                                            lower: number | null;
                                            upper: number | null;
                                            level: number;
                                        } | null;
                                        unit: string | null;
                                    } | null;
                                    relative_method: string | null;
                                    statistic: {
                                        name: string;
                                        value: number;
                                        df: number | null;
                                    } | null;
                                    p_value: {
                                        value: number;
                                        is_bound: boolean;
                                    } | null;
                                    control: {
                                        n: number | null;
                                        value: number | null;
                                        standard_deviation: number | null;
                                        standard_error: number | null;
                                        unit: string | null;
                                    };
                                    treatment: {
                                        n: number | null;
                                        value: number | null;
                                        standard_deviation: number | null;
                                        standard_error: number | null;
                                        unit: string | null;
                                    };
                                } | null;
                                unadjusted: {
                                    method: string;
                                    absolute: {
                                        estimate: number;
                                        standard_error: number | null;
                                        interval: {
                                            lower: number | null;
                                            upper: number | null;
                                            level: number;
                                        } | null;
                                        unit: string | null;
                                    } | null;
                                    relative: {
                                        estimate: number;
                                        standard_error: number | null;
                                        interval: {
                                            lower: number | null;
                                            upper: number | null;
                                            level: number;
                                        } | null;
                                        unit: string | null;
                                    } | null;
                                    relative_method: string | null;
                                    statistic: {
                                        name: string;
                                        value: number;
                                        df: number | null;
                                    } | null;
                                    p_value: {
                                        value: number;
                                        is_bound: boolean;
                                    } | null;
                                    control: {
                                        n: number | null;
                                        value: number | null;
                                        standard_deviation: number | null;
                                        standard_error: number | null;
                                        unit: string | null;
                                    };
                                    treatment: {
                                        n: number | null;
                                        value: number | null;
                                        standard_deviation: number | null;
                                        standard_error: number | null;
                                        unit: string | null;
                                    };
                                } | null;
                                cuped: {
                                    theta: number;
                                    variance_ratio: number;
                                    coverage: {
                                        control: number;
                                        treatment: number;
                                    };
                                } | null;
                                threshold_relative_equivalent: number | null;
                                mde_relative_equivalent: number | null;
                                missing: string | null;
                            }[];
                        }[];
                        cohorts: {
                            treatment: string;
                            analysis: {
                                method: string;
                                absolute: {
                                    estimate: number;
                                    standard_error: number | null;
                                    interval: {
                                        lower: number | null;
                                        upper: number | null;
                                        level: number;
                                    } | null;
                                    unit: string | null;
                                } | null;
                                relative: {
                                    estimate: number;
                                    standard_error: number | null;
                                    interval: {
                                        lower: number | null;
                                        upper: number | null;
                                        level: number;
                                    } | null;
                                    unit: string | null;
                                } | null;
                                relative_method: string | null;
                                statistic: {
                                    name: string;
                                    value: number;
                                    df: number | null;
                                } | null;
                                p_value: {
                                    value: number;
                                    is_bound: boolean;
                                } | null;
                                control: {
                                    n: number | null;
                                    value: number | null;
                                    standard_deviation: number | null;
                                    standard_error: number | null;
                                    unit: string | null;
                                };
                                treatment: {
                                    n: number | null;
                                    value: number | null;
                                    standard_deviation: number | null;
                                    standard_error: number | null;
                                    unit: string | null;
                                };
                            } | null;
                            unadjusted: {
                                method: string;
                                absolute: {
                                    estimate: number;
                                    standard_error: number | null;
                                    interval: {
                                        lower: number | null;
                                        upper: number | null;
                                        level: number;
                                    } | null;
                                    unit: string | null;
                                } | null;
                                relative: {
                                    estimate: number;
                                    standard_error: number | null;
                                    interval: {
                                        lower: number | null;
                                        upper: number | null;
                                        level: number;
                                    } | null;
                                    unit: string | null;
                                } | null;
                                relative_method: string | null;
                                statistic: {
                                    name: string;
                                    value: number;
                                    df: number | null;
                                } | null;
                                p_value: {
                                    value: number;
                                    is_bound: boolean;
                                } | null;
                                control: {
                                    n: number | null;
                                    value: number | null;
                                    standard_deviation: number | null;
                                    standard_error: number | null;
                                    unit: string | null;
                                };
                                treatment: {
                                    n: number | null;
                                    value: number | null;
                                    standard_deviation: number | null;
                                    standard_error: number | null;
                                    unit: string | null;
                                };
                            } | null;
                            cuped: {
                                theta: number;
                                variance_ratio: number;
                                coverage: {
                                    control: number;
                                    treatment: number;
                                };
                            } | null;
                            threshold_relative_equivalent: number | null;
                            mde_relative_equivalent: number | null;
                            missing: string | null;
                            dimension: string;
                            level: string;
                            metric: string;
                            /** @enum {string} */
                            direction: "higher_is_better" | "lower_is_better";
                            threshold: {
                                /** @enum {string} */
                                scale: "relative" | "absolute" | "level";
                                value: number;
                                unit: string | null;
                                /** @enum {string} */
                                harm_side: "below" | "above";
                            } | null;
                        }[];
                        cohort_pooling: {
                            dimension: string;
                            metric: string;
                            treatment: string;
                            /** @enum {string} */
                            scale: "relative" | "absolute";
                            unit: string | null;
                            /** @enum {string} */
                            method: "hierarchical" | "reml" | "none";
                            finding: ("real" | "compatible_with_noise") | null;
                            furthest: {
                                level: string;
                                p_value: number;
                            } | null;
                            levels: {
                                level: string;
                                raw: {
                                    estimate: number;
                                    lower: number;
                                    upper: number;
                                    standard_error: number;
                                };
                                pooled: {
                                    estimate: number;
                                    lower: number;
                                    upper: number;
                                } | null;
                                kept: number | null;
                                probability_beyond_threshold: number | null;
                                differs_p_value: number | null;
                            }[];
                            heterogeneity: {
                                q: number;
                                df: number;
                                p_value: number;
                                i2: number;
                                tau: {
                                    estimate: number;
                                    lower: number;
                                    upper: number;
                                };
                                mean: {
                                    estimate: number;
                                    lower: number;
                                    upper: number;
                                };
                                crossing_p_value: number;
                                any_harm_p_value: number;
                            } | null;
                            model: {
                                mean: {
                                    estimate: number;
                                    lower: number;
                                    upper: number;
                                    standard_error: number;
                                };
                                sd_slope: number;
                                sd_intercept: number;
                                sd_residual: number;
                                correlation: number | null;
                                singular: boolean;
                                reml_criterion: number;
                                unit: string | null;
                                levels: {
                                    estimate: number;
                                    lower: number;
                                    upper: number;
                                    level: string;
                                    raw: number | null;
                                }[];
                            } | null;
                            sentence: string;
                        }[];
                        cohort_mix: {
                            dimension: string;
                            metric: string;
                            treatment: string;
                            unit: string | null;
                            aggregate: number;
                            within: number;
                            mix: number;
                            mix_p_value: number | null;
                            /** @enum {string} */
                            reversal: "none" | "on_average" | "every_cohort";
                            masked_harm: {
                                level: string;
                                effect: number;
                                p_value: number;
                            }[];
                            levels: {
                                level: string | null;
                                effect: number | null;
                                treatment_share: number;
                                control_share: number;
                                within: number;
                                mix: number;
                            }[];
                            sentence: string;
                        }[];
                        exploratory?: {
                            caveat: string;
                            cuts: {
                                name: string;
                                columns: string[];
                                levels: number;
                                units_without_value: number | null;
                            }[];
                            results: {
                                treatment: string;
                                analysis: {
                                    method: string;
                                    absolute: {
                                        estimate: number;
                                        standard_error: number | null;
                                        interval: {
                                            lower: number | null;
                                            upper: number | null;
                                            level: number;
                                        } | null;
                                        unit: string | null;
                                    } | null;
                                    relative: {
                                        estimate: number;
                                        standard_error: number | null;
                                        interval: {
                                            lower: number | null;
                                            upper: number | null;
                                            level: number;
                                        } | null;
                                        unit: string | null;
                                    } | null;
                                    relative_method: string | null;
                                    statistic: {
                                        name: string;
                                        value: number;
                                        df: number | null;
                                    } | null;
                                    p_value: {
                                        value: number;
                                        is_bound: boolean;
                                    } | null;
                                    control: {
                                        n: number | null;
                                        value: number | null;
                                        standard_deviation: number | null;
                                        standard_error: number | null;
                                        unit: string | null;
                                    };
                                    treatment: {
                                        n: number | null;
                                        value: number | null;
                                        standard_deviation: number | null;
                                        standard_error: number | null;
                                        unit: string | null;
                                    };
                                } | null;
                                unadjusted: {
                                    method: string;
                                    absolute: {
                                        estimate: number;
                                        standard_error: number | null;
                                        interval: {
                                            lower: number | null;
                                            upper: number | null;
                                            level: number;
                                        } | null;
                                        unit: string | null;
                                    } | null;
                                    relative: {
                                        estimate: number;
                                        standard_error: number | null;
                                        interval: {
                                            lower: number | null;
                                            upper: number | null;
                                            level: number;
                                        } | null;
                                        unit: string | null;
                                    } | null;
                                    relative_method: string | null;
                                    statistic: {
                                        name: string;
                                        value: number;
                                        df: number | null;
                                    } | null;
                                    p_value: {
                                        value: number;
                                        is_bound: boolean;
                                    } | null;
                                    control: {
                                        n: number | null;
                                        value: number | null;
                                        standard_deviation: number | null;
                                        standard_error: number | null;
                                        unit: string | null;
                                    };
                                    treatment: {
                                        n: number | null;
                                        value: number | null;
                                        standard_deviation: number | null;
                                        standard_error: number | null;
                                        unit: string | null;
                                    };
                                } | null;
                                cuped: {
                                    theta: number;
                                    variance_ratio: number;
                                    coverage: {
                                        control: number;
                                        treatment: number;
                                    };
                                } | null;
                                threshold_relative_equivalent: number | null;
                                mde_relative_equivalent: number | null;
                                missing: string | null;
                                dimension: string;
                                level: string;
                                metric: string;
                                /** @enum {string} */
                                direction: "higher_is_better" | "lower_is_better";
                                threshold: {
                                    /** @enum {string} */
                                    scale: "relative" | "absolute" | "level";
                                    value: number;
                                    unit: string | null;
                                    /** @enum {string} */
                                    harm_side: "below" | "above";
                                } | null;
                            }[];
                        };
                        quality: {
                            code: string;
                            /** @enum {string} */
                            status: "ok" | "note" | "warning" | "fatal" | "not_evaluable";
                            sentence: string;
                            subject: string | null;
                            numbers: {
                                [key: string]: number;
                            };
                        }[];
                        parameters: {
                            name: string;
                            value: number | string | boolean | null;
                            unit: string | null;
                            /** @enum {string} */
                            origin: "given" | "default" | "derived";
                            note: string | null;
                        }[];
                        sql: {
                            purpose: string;
                            sql: string;
                        }[];
                        registration: {
                            path: string;
                            text: string;
                        };
                        registration_state: {
                            locked: boolean;
                            sentence: string;
                            failures: string[];
                        } | null;
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readoutSql: {
        parameters: {
            query: {
                registration: string;
                asOf?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The SQL that a readout runs, without running it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        schema: "plumbline.sql/1";
                        statements: ({
                            purpose: string;
                            sql: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    check: {
        parameters: {
            query?: {
                path?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Check documents: schema, references, lint. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        schema: "plumbline.check/1";
                        ok: boolean;
                        counts: {
                            documents: number;
                            registrations: number;
                            metrics: number;
                            sources: number;
                            evidence: number;
                        } & {
                            [key: string]: unknown;
                        };
                        notes: string[];
                        problems: ({
                            file: string;
                            line: number;
                            column: number;
                            code: string;
                            /** @enum {string} */
                            severity: "error" | "warning";
                            message: string;
                            mend: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    schema: {
        parameters: {
            query: {
                document: "registration" | "metrics" | "evidence" | "workspace" | "override_review" | "portfolio" | "readout";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Print the JSON Schema of a document, for editors. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    designSize: {
        parameters: {
            query: {
                registration: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How many units a registration needs, for how long, and which question decides. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        schema: "plumbline.design_size/1";
                        experiment_id: string;
                        randomization_unit: string;
                        alpha: number;
                        power: number;
                        plan: {
                            [key: string]: unknown;
                        };
                        traffic: {
                            [key: string]: unknown;
                        } | null;
                        planned: {
                            [key: string]: unknown;
                        } | null;
                        requirements: ({
                            id: string;
                            role: string;
                            metric: string;
                            question: string;
                            alpha: number | null;
                            power: number | null;
                            effect: number | null;
                            n_control: number | null;
                            n_treatments: number[];
                            n_per_arm: number | null;
                            total: number | null;
                        } & {
                            [key: string]: unknown;
                        })[];
                        unsized: {
                            [key: string]: unknown;
                        }[];
                        bottleneck: string | null;
                        total: number | null;
                        weeks: number | null;
                        notes: string[];
                        curves: {
                            power_against_total: ({
                                id: string;
                                role: string;
                                points: ({
                                    x: number;
                                    y: number | null;
                                } & {
                                    [key: string]: unknown;
                                })[];
                            } & {
                                [key: string]: unknown;
                            })[];
                            relative_effect_against_days: ({
                                id: string;
                                role: string;
                                points: ({
                                    x: number;
                                    y: number | null;
                                } & {
                                    [key: string]: unknown;
                                })[];
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    designAudit: {
        parameters: {
            query: {
                registration: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Judge a registration before anybody is exposed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        schema: "plumbline.design_audit/1";
                        experiment_id: string;
                        ok: boolean;
                        findings: ({
                            file: string;
                            line: number;
                            column: number;
                            code: string;
                            /** @enum {string} */
                            severity: "error" | "warning" | "note";
                            path: (string | number)[];
                            sentence: string;
                            mend: string;
                            numbers: {
                                [key: string]: number | null;
                            };
                        } & {
                            [key: string]: unknown;
                        })[];
                        problems: ({
                            file: string;
                            line: number;
                            column: number;
                            code: string;
                            /** @enum {string} */
                            severity: "error" | "warning";
                            message: string;
                            mend: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    designPlan: {
        parameters: {
            query: {
                looks: string;
                alpha?: number;
                sided?: number;
                power?: number;
                spending?: "obrien_fleming" | "pocock" | "hwang_shih_decani" | "kim_demets" | "obrien_fleming_constant" | "pocock_constant" | "wang_tsiatis";
                parameter?: number;
                futility?: string;
                levels?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Boundaries of a sequential plan, or the true error of levels of your own. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        schema: "plumbline.design_plan/1";
                        looks: number[];
                        information_rates: number[];
                        sided: number;
                        alpha: number;
                        power: number;
                        formula: string;
                        critical_values: (number | null)[];
                        nominal_levels: (number | null)[];
                        cumulative_alpha: number[];
                        cumulative_power: number[];
                        futility: {
                            [key: string]: unknown;
                        } | null;
                        inflation: number | null;
                        expected_information: unknown;
                        own_levels: {
                            [key: string]: unknown;
                        } | null;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    guardrailsSuggest: {
        parameters: {
            query?: {
                registration?: string;
                kind?: "reranker" | "recommender" | "search_ranking" | "retrieval" | "language_model" | "prompt" | "infrastructure" | "user_interface" | "other" | "ranking" | "recommendation" | "generation" | "latency";
                customers?: number;
                valuePerCustomer?: number;
                toleratedLoss?: number;
                costs?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Guardrails against the known failures of a launch, with thresholds and the arithmetic. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        schema: "plumbline.guardrail-suggestions/1";
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    watch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    registration: string;
                    evidence?: string;
                    asOf?: string;
                };
            };
        };
        responses: {
            /** @description Hold the limits of a running experiment against always-valid tests; pause on a breach. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        schema: "plumbline.watch/1";
                        experiment: string;
                        day: number | null;
                        invalid: {
                            [key: string]: unknown;
                        }[];
                        checks: {
                            [key: string]: unknown;
                        }[];
                        breaches: string[];
                        overridden: string[];
                        paused: ({
                            /** @description Number of an entry in the ledger, from 1. */
                            seq: number;
                            /**
                             * Format: date-time
                             * @description UTC.
                             */
                            at: string;
                        } & {
                            [key: string]: unknown;
                        }) | null;
                        standing: number[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    novelty: {
        parameters: {
            query: {
                registration: string;
                metric?: string;
                days?: number;
                asOf?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The effect by day since first exposure: its trend, and where it would go. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        schema: "plumbline.novelty/1";
                        experiment: string;
                        metric: string;
                        unit: string | null;
                        /**
                         * Format: date-time
                         * @description The moment read.
                         */
                        at: string;
                        /**
                         * Format: date-time
                         * @description Units exposed before this take part.
                         */
                        exposedBefore: string;
                        /** @description Of the intervals. */
                        coverage: number;
                        arms: ({
                            treatment: string;
                            units: {
                                control: number;
                                treatment: number;
                            } & {
                                [key: string]: unknown;
                            };
                            days: {
                                [key: string]: unknown;
                            }[];
                            /** @description Control's mean over the days. */
                            level: number;
                            trend: {
                                [key: string]: unknown;
                            };
                            finding: string;
                            sentence: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    holdback: {
        parameters: {
            query: {
                registration: string;
                launched?: string;
                asOf?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The lift of a launch against those held back, beside the lift that was booked. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        schema: "plumbline.holdback/1";
                        experiment: string;
                        launch: {
                            /**
                             * Format: date-time
                             * @description UTC.
                             */
                            at: string;
                            /** @description Number of an entry in the ledger, from 1. */
                            look: number;
                            treatment: string;
                        } & {
                            [key: string]: unknown;
                        };
                        /** @description Whole days of the holdback that have passed. */
                        day: number;
                        /** @description Days that were registered. */
                        days: number;
                        units: {
                            heldBack: number;
                            launched: number;
                        } & {
                            [key: string]: unknown;
                        };
                        comparisons: ({
                            metric: string;
                            launch: {
                                estimate: number;
                            } & {
                                [key: string]: unknown;
                            };
                            holdback: {
                                estimate: number;
                                lower: number;
                                upper: number;
                            } & {
                                [key: string]: unknown;
                            };
                            difference: {
                                estimate: number;
                                lower: number;
                                upper: number;
                            } & {
                                [key: string]: unknown;
                            };
                            share: ({
                                estimate: number;
                                lower: number;
                                upper: number;
                            } & {
                                [key: string]: unknown;
                            }) | null;
                            finding: string;
                            sentence: string;
                            /** @enum {string} */
                            basis: "as_recorded" | "median_unbiased";
                        } & {
                            [key: string]: unknown;
                        })[];
                        notes: string[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    portfolioRank: {
        parameters: {
            query: {
                portfolio: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Candidates by RICE, with detectability computed and claims held against the record. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        schema: "plumbline.portfolio_ranking/1";
                        portfolio_id: string;
                        title: string;
                        quarter: {
                            name: string;
                            weeks: number;
                        } & {
                            [key: string]: unknown;
                        };
                        value_unit: string;
                        upside_line: number;
                        evidence_line: number;
                        least_power: number;
                        slots: number;
                        record: {
                            experiments: number;
                            wins: number;
                            rate: number;
                            rate_low: number;
                            rate_high: number;
                            overrun: number;
                            effects: number;
                        } & {
                            [key: string]: unknown;
                        };
                        findings: ({
                            file: string;
                            line: number;
                            column: number;
                            code: string;
                            /** @enum {string} */
                            severity: "error" | "warning";
                            message: string;
                            mend: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                        candidates: ({
                            id: string;
                            title: string;
                            /** @enum {string} */
                            kind: "win" | "swing" | "hygiene";
                            surface: string;
                            direction: string;
                            metric: string;
                            framing: string | null;
                            reach: number;
                            impact: {
                                low: number;
                                likely: number;
                                high: number;
                                mean: number;
                            } & {
                                [key: string]: unknown;
                            };
                            evidence_quality: number;
                            detectability: {
                                /** @description Power to see the likely impact in the quarter. */
                                probability: number;
                                is_detectable: boolean;
                                /** @description Where it is hardest to see; null: all units. */
                                cohort: string | null;
                                units: number;
                                weeks: number;
                                mde: number | null;
                                weeks_needed: number | null;
                                standard_error: number;
                            } & {
                                [key: string]: unknown;
                            };
                            rice: number;
                            /** @description Lower end of the 80 % range. */
                            rice_low: number;
                            rice_high: number;
                            rice_rank: number;
                            chance: {
                                claim: number;
                                /** @enum {string} */
                                record_from: "direction" | "next" | "published";
                                record: number;
                                record_low: number;
                                record_high: number;
                                believed: number;
                                believed_low: number;
                                believed_high: number;
                                is_bold: boolean;
                                is_defended: boolean;
                            } & {
                                [key: string]: unknown;
                            };
                            planned_weeks: number;
                            overrun: {
                                factor: number;
                                /** @enum {string} */
                                from: "candidate" | "direction" | "team" | "none";
                            } & {
                                [key: string]: unknown;
                            };
                            /** @description With the usual overrun. */
                            engineer_weeks: number;
                            hit: {
                                mean: number;
                                sd: number;
                                is_shrunk: boolean;
                            } & {
                                [key: string]: unknown;
                            };
                            calibrated_rice: number;
                            calibrated_rank: number;
                            ev: number;
                            evoi: number;
                            value: number;
                            evsi: number;
                            evpi: number;
                            /** @enum {string} */
                            decision_now: "launch" | "hold";
                            upside: number;
                            high_upside: boolean;
                            high_risk: boolean;
                            /** @enum {string} */
                            quadrant: "ship" | "swing" | "hygiene" | "never";
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    portfolioChoose: {
        parameters: {
            query: {
                portfolio: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The best set under engineer-weeks and slots, proved best, and a decision for each. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        schema: "plumbline.portfolio_choice/1";
                        portfolio_id: string;
                        title: string;
                        quarter: {
                            name: string;
                            weeks: number;
                        } & {
                            [key: string]: unknown;
                        };
                        value_unit: string;
                        upside_line: number;
                        evidence_line: number;
                        least_power: number;
                        slots: number;
                        record: {
                            experiments: number;
                            wins: number;
                            rate: number;
                            rate_low: number;
                            rate_high: number;
                            overrun: number;
                            effects: number;
                        } & {
                            [key: string]: unknown;
                        };
                        findings: ({
                            file: string;
                            line: number;
                            column: number;
                            code: string;
                            /** @enum {string} */
                            severity: "error" | "warning";
                            message: string;
                            mend: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                        /** @enum {string} */
                        method: "enumeration" | "milp";
                        capacity: {
                            engineer_weeks: number;
                            upkeep: number;
                            free: number;
                        } & {
                            [key: string]: unknown;
                        };
                        best: {
                            chosen: string[];
                            value: number;
                            effort: number;
                        } & {
                            [key: string]: unknown;
                        };
                        runners_up: ({
                            chosen: string[];
                            value: number;
                            effort: number;
                        } & {
                            [key: string]: unknown;
                        })[];
                        shadow: {
                            step: number;
                            gain: number;
                            best: {
                                chosen: string[];
                                value: number;
                                effort: number;
                            } & {
                                [key: string]: unknown;
                            };
                        } & {
                            [key: string]: unknown;
                        };
                        formula_choice: {
                            chosen: string[];
                            value: number;
                            effort: number;
                        } & {
                            [key: string]: unknown;
                        };
                        predicted_wins: {
                            mean: number;
                            low: number;
                            high: number;
                        } & {
                            [key: string]: unknown;
                        };
                        shared_traffic: ({
                            pair: string[];
                            surface: string;
                            value: number;
                            halves: ({
                                id: string;
                                power: number;
                                weeks_needed: number | null;
                                is_detectable: boolean;
                                value: number;
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        })[];
                        candidates: ({
                            id: string;
                            title: string;
                            /** @enum {string} */
                            kind: "win" | "swing" | "hygiene";
                            surface: string;
                            direction: string;
                            metric: string;
                            framing: string | null;
                            reach: number;
                            impact: {
                                low: number;
                                likely: number;
                                high: number;
                                mean: number;
                            } & {
                                [key: string]: unknown;
                            };
                            evidence_quality: number;
                            detectability: {
                                /** @description Power to see the likely impact in the quarter. */
                                probability: number;
                                is_detectable: boolean;
                                /** @description Where it is hardest to see; null: all units. */
                                cohort: string | null;
                                units: number;
                                weeks: number;
                                mde: number | null;
                                weeks_needed: number | null;
                                standard_error: number;
                            } & {
                                [key: string]: unknown;
                            };
                            rice: number;
                            /** @description Lower end of the 80 % range. */
                            rice_low: number;
                            rice_high: number;
                            rice_rank: number;
                            chance: {
                                claim: number;
                                /** @enum {string} */
                                record_from: "direction" | "next" | "published";
                                record: number;
                                record_low: number;
                                record_high: number;
                                believed: number;
                                believed_low: number;
                                believed_high: number;
                                is_bold: boolean;
                                is_defended: boolean;
                            } & {
                                [key: string]: unknown;
                            };
                            planned_weeks: number;
                            overrun: {
                                factor: number;
                                /** @enum {string} */
                                from: "candidate" | "direction" | "team" | "none";
                            } & {
                                [key: string]: unknown;
                            };
                            /** @description With the usual overrun. */
                            engineer_weeks: number;
                            hit: {
                                mean: number;
                                sd: number;
                                is_shrunk: boolean;
                            } & {
                                [key: string]: unknown;
                            };
                            calibrated_rice: number;
                            calibrated_rank: number;
                            ev: number;
                            evoi: number;
                            value: number;
                            evsi: number;
                            evpi: number;
                            /** @enum {string} */
                            decision_now: "launch" | "hold";
                            upside: number;
                            high_upside: boolean;
                            high_risk: boolean;
                            /** @enum {string} */
                            quadrant: "ship" | "swing" | "hygiene" | "never";
                            chosen: boolean;
                            /** @enum {string} */
                            decision: "ship" | "ship_as_evoi" | "defer" | "maintenance" | "reject";
                            /**
                             * @description What the formula alone says.
                             * @enum {string}
                             */
                            formula: "ship" | "ship_as_evoi" | "defer" | "maintenance" | "reject";
                            reason: string;
                            override: ({
                                candidate: string;
                                /** @enum {string} */
                                decision: "ship" | "ship_as_evoi" | "defer" | "maintenance" | "reject";
                                reason: string;
                                by: string;
                            } & {
                                [key: string]: unknown;
                            }) | null;
                            barred: ("backlog" | "upkeep" | "blocked" | "never" | "after" | "undetectable" | "worthless") | null;
                            /** @description Of more than 20 candidates, break-evens of those nearest to the choice only. */
                            break_even_known: boolean;
                            break_even_value: number | null;
                            break_even_impact: number | null;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    portfolioExplain: {
        parameters: {
            query: {
                portfolio: string;
                candidate: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The numbers that lead to one candidate's decision, step by step. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        schema: "plumbline.portfolio_explanation/1";
                        portfolio_id: string;
                        candidate: {
                            id: string;
                            title: string;
                            /** @enum {string} */
                            kind: "win" | "swing" | "hygiene";
                            surface: string;
                            direction: string;
                            metric: string;
                            framing: string | null;
                            reach: number;
                            impact: {
                                low: number;
                                likely: number;
                                high: number;
                                mean: number;
                            } & {
                                [key: string]: unknown;
                            };
                            evidence_quality: number;
                            detectability: {
                                /** @description Power to see the likely impact in the quarter. */
                                probability: number;
                                is_detectable: boolean;
                                /** @description Where it is hardest to see; null: all units. */
                                cohort: string | null;
                                units: number;
                                weeks: number;
                                mde: number | null;
                                weeks_needed: number | null;
                                standard_error: number;
                            } & {
                                [key: string]: unknown;
                            };
                            rice: number;
                            /** @description Lower end of the 80 % range. */
                            rice_low: number;
                            rice_high: number;
                            rice_rank: number;
                            chance: {
                                claim: number;
                                /** @enum {string} */
                                record_from: "direction" | "next" | "published";
                                record: number;
                                record_low: number;
                                record_high: number;
                                believed: number;
                                believed_low: number;
                                believed_high: number;
                                is_bold: boolean;
                                is_defended: boolean;
                            } & {
                                [key: string]: unknown;
                            };
                            planned_weeks: number;
                            overrun: {
                                factor: number;
                                /** @enum {string} */
                                from: "candidate" | "direction" | "team" | "none";
                            } & {
                                [key: string]: unknown;
                            };
                            /** @description With the usual overrun. */
                            engineer_weeks: number;
                            hit: {
                                mean: number;
                                sd: number;
                                is_shrunk: boolean;
                            } & {
                                [key: string]: unknown;
                            };
                            calibrated_rice: number;
                            calibrated_rank: number;
                            ev: number;
                            evoi: number;
                            value: number;
                            evsi: number;
                            evpi: number;
                            /** @enum {string} */
                            decision_now: "launch" | "hold";
                            upside: number;
                            high_upside: boolean;
                            high_risk: boolean;
                            /** @enum {string} */
                            quadrant: "ship" | "swing" | "hygiene" | "never";
                            chosen: boolean;
                            /** @enum {string} */
                            decision: "ship" | "ship_as_evoi" | "defer" | "maintenance" | "reject";
                            /**
                             * @description What the formula alone says.
                             * @enum {string}
                             */
                            formula: "ship" | "ship_as_evoi" | "defer" | "maintenance" | "reject";
                            reason: string;
                            override: ({
                                candidate: string;
                                /** @enum {string} */
                                decision: "ship" | "ship_as_evoi" | "defer" | "maintenance" | "reject";
                                reason: string;
                                by: string;
                            } & {
                                [key: string]: unknown;
                            }) | null;
                            barred: ("backlog" | "upkeep" | "blocked" | "never" | "after" | "undetectable" | "worthless") | null;
                            /** @description Of more than 20 candidates, break-evens of those nearest to the choice only. */
                            break_even_known: boolean;
                            break_even_value: number | null;
                            break_even_impact: number | null;
                        } & {
                            [key: string]: unknown;
                        };
                        steps: ({
                            name: string;
                            sentence: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                        shared_traffic: ({
                            pair: string[];
                            surface: string;
                            value: number;
                            halves: ({
                                id: string;
                                power: number;
                                weeks_needed: number | null;
                                is_detectable: boolean;
                                value: number;
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    register: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    registration: string;
                };
            };
        };
        responses: {
            /** @description Register an experiment: its hash goes into the ledger, to be signed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        schema: "plumbline.registered/1";
                        experiment: string;
                        path: string;
                        /** @description Number of an entry in the ledger, from 1. */
                        seq: number;
                        /** @description SHA-256, hex. */
                        document: string;
                        roles: ({
                            role: string;
                            /** @description Null: anybody in people.yaml. */
                            holders: string[] | null;
                        } & {
                            [key: string]: unknown;
                        })[];
                        warnings: number;
                        audit: {
                            warnings: number;
                            notes: number;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    amend: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    registration: string;
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Make a change of a registration a dated, reasoned amendment. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        schema: "plumbline.amended/1";
                        experiment: string;
                        path: string;
                        /** @description Number of an entry in the ledger, from 1. */
                        seq: number;
                        /** @description SHA-256, hex. */
                        document: string;
                        reason: string;
                        changes: ({
                            path: string;
                            before?: unknown;
                            after?: unknown;
                        } & {
                            [key: string]: unknown;
                        })[];
                        looksBefore: number;
                        roles: ({
                            role: string;
                            /** @description Null: anybody in people.yaml. */
                            holders: string[] | null;
                        } & {
                            [key: string]: unknown;
                        })[];
                        warnings: number;
                        audit: {
                            warnings: number;
                            notes: number;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    start: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    registration: string;
                };
            };
        };
        responses: {
            /** @description Say that a locked experiment starts now: the time goes into the ledger. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        schema: "plumbline.started/1";
                        experiment: string;
                        path: string;
                        /** @description Number of an entry in the ledger, from 1. */
                        seq: number;
                        /**
                         * Format: date-time
                         * @description UTC.
                         */
                        at: string;
                        /** @description SHA-256, hex. */
                        document: string;
                        by: string | null;
                        checks: ({
                            id: string;
                            /** @enum {string} */
                            status: "passed" | "failed" | "not_checked";
                            sentence: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    status: {
        parameters: {
            query?: {
                registration?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Say what is registered, who is missing, what changed, and how often was looked. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        schema: "plumbline.status/1";
                        experiments: ({
                            path: string | null;
                            standing: {
                                experiment: string;
                                /** @enum {string} */
                                state: "unregistered" | "unsigned" | "half_signed" | "locked";
                                version: ({
                                    /** @description Number of an entry in the ledger, from 1. */
                                    seq: number;
                                    /**
                                     * Format: date-time
                                     * @description UTC.
                                     */
                                    at: string;
                                    /** @enum {string} */
                                    kind: "registered" | "amended";
                                    /** @description SHA-256, hex. */
                                    document: string;
                                    /** @description What was registered. */
                                    content: {
                                        [key: string]: unknown;
                                    };
                                    reason: string | null;
                                    changes: ({
                                        path: string;
                                        before?: unknown;
                                        after?: unknown;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                    counted: ({
                                        /** @description Number of an entry in the ledger, from 1. */
                                        seq: number;
                                        /**
                                         * Format: date-time
                                         * @description UTC.
                                         */
                                        at: string;
                                        /** @description SHA-256, hex. */
                                        document: string;
                                        role: string;
                                        person: string;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                    uncounted: ({
                                        /** @description Number of an entry in the ledger, from 1. */
                                        seq: number;
                                        /**
                                         * Format: date-time
                                         * @description UTC.
                                         */
                                        at: string;
                                        /** @description SHA-256, hex. */
                                        document: string;
                                        role: string;
                                        person: string;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                    missing: string[];
                                    locked: ({
                                        /** @description Number of an entry in the ledger, from 1. */
                                        seq: number;
                                        /**
                                         * Format: date-time
                                         * @description UTC.
                                         */
                                        at: string;
                                    } & {
                                        [key: string]: unknown;
                                    }) | null;
                                } & {
                                    [key: string]: unknown;
                                }) | null;
                                versions: ({
                                    /** @description Number of an entry in the ledger, from 1. */
                                    seq: number;
                                    /**
                                     * Format: date-time
                                     * @description UTC.
                                     */
                                    at: string;
                                    /** @enum {string} */
                                    kind: "registered" | "amended";
                                    /** @description SHA-256, hex. */
                                    document: string;
                                    /** @description What was registered. */
                                    content: {
                                        [key: string]: unknown;
                                    };
                                    reason: string | null;
                                    changes: ({
                                        path: string;
                                        before?: unknown;
                                        after?: unknown;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                    counted: ({
                                        /** @description Number of an entry in the ledger, from 1. */
                                        seq: number;
                                        /**
                                         * Format: date-time
                                         * @description UTC.
                                         */
                                        at: string;
                                        /** @description SHA-256, hex. */
                                        document: string;
                                        role: string;
                                        person: string;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                    uncounted: ({
                                        /** @description Number of an entry in the ledger, from 1. */
                                        seq: number;
                                        /**
                                         * Format: date-time
                                         * @description UTC.
                                         */
                                        at: string;
                                        /** @description SHA-256, hex. */
                                        document: string;
                                        role: string;
                                        person: string;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                    missing: string[];
                                    locked: ({
                                        /** @description Number of an entry in the ledger, from 1. */
                                        seq: number;
                                        /**
                                         * Format: date-time
                                         * @description UTC.
                                         */
                                        at: string;
                                    } & {
                                        [key: string]: unknown;
                                    }) | null;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                amendments: ({
                                    /** @description Number of an entry in the ledger, from 1. */
                                    seq: number;
                                    /**
                                     * Format: date-time
                                     * @description UTC.
                                     */
                                    at: string;
                                    reason: string;
                                    changes: ({
                                        path: string;
                                        before?: unknown;
                                        after?: unknown;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                    looksBefore: number;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                looks: ({
                                    /** @description Number of an entry in the ledger, from 1. */
                                    seq: number;
                                    /**
                                     * Format: date-time
                                     * @description UTC.
                                     */
                                    at: string;
                                    number: number;
                                    verdict: string;
                                    document: string | null;
                                    version: number | null;
                                    /** @enum {string} */
                                    read: "registered" | "changed" | "unknown";
                                } & {
                                    [key: string]: unknown;
                                })[];
                                started: ({
                                    /** @description Number of an entry in the ledger, from 1. */
                                    seq: number;
                                    /**
                                     * Format: date-time
                                     * @description UTC.
                                     */
                                    at: string;
                                } & {
                                    [key: string]: unknown;
                                }) | null;
                                rejected: ({
                                    /** @description Number of an entry in the ledger, from 1. */
                                    seq: number;
                                    /**
                                     * Format: date-time
                                     * @description UTC.
                                     */
                                    at: string;
                                    /** @description SHA-256, hex. */
                                    document: string;
                                    role: string;
                                    person: string;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                changed: ({
                                    path: string;
                                    before?: unknown;
                                    after?: unknown;
                                } & {
                                    [key: string]: unknown;
                                })[] | null;
                                registrationSentence: string;
                                sentence: string;
                            } & {
                                [key: string]: unknown;
                            };
                            missing: ({
                                role: string;
                                /** @description Null: anybody in people.yaml. */
                                holders: string[] | null;
                            } & {
                                [key: string]: unknown;
                            })[];
                            checks: ({
                                id: string;
                                /** @enum {string} */
                                status: "passed" | "failed" | "not_checked";
                                sentence: string;
                            } & {
                                [key: string]: unknown;
                            })[] | null;
                            unreadable: boolean;
                        } & {
                            [key: string]: unknown;
                        })[];
                        entries: number;
                        anchored: number;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    anchor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Put the ledger's tree head outside: into git, and to a timestamp authority. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        schema: "plumbline.anchored/1";
                        head: {
                            origin: string;
                            size: number;
                            /** @description SHA-256, hex. */
                            root: string;
                            /**
                             * Format: date-time
                             * @description UTC.
                             */
                            at: string;
                        } & {
                            [key: string]: unknown;
                        };
                        file: string;
                        tag: string | null;
                        pushed: string | null;
                        timestamp: ({
                            file: string;
                            at: string;
                            authority: string;
                        } & {
                            [key: string]: unknown;
                        }) | null;
                        fresh: boolean;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    verify: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Verify the ledger: what is proved, by which anchor, and what is not. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        schema: "plumbline.verification/1";
                        ok: boolean;
                        entries: number;
                        /** @description SHA-256, hex. */
                        root: string;
                        anchored: number;
                        steps: ({
                            name: string;
                            title: string;
                            /** @enum {string} */
                            status: "passed" | "failed" | "not_checked";
                            findings: string[];
                        } & {
                            [key: string]: unknown;
                        })[];
                        proved: string[];
                        unproved: string[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replay: {
        parameters: {
            query?: {
                seq?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Decide a recorded look again, from the ledger alone. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        schema: "plumbline.replay/1";
                        /** @description Number of an entry in the ledger, from 1. */
                        seq: number;
                        experiment: string;
                        /**
                         * Format: date-time
                         * @description UTC.
                         */
                        at: string;
                        verdict: string;
                        /** @description Version of Plumbline that decided then. */
                        version: string;
                        identical: boolean;
                        data: {
                            kind: string;
                            /** @description SHA-256, hex. */
                            sha256: string;
                            description: string;
                        } & {
                            [key: string]: unknown;
                        };
                        study: {
                            kind: string;
                            version: number | null;
                            sentence: string;
                        } & {
                            [key: string]: unknown;
                        };
                        /** @description The verdict, decided again from the entry. */
                        replayed: {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused, or failed: what is wrong, and how to mend it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
