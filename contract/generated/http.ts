// TypeScript types of the HTTP interface, made from contract/openapi.yaml by `npm run lab -- contract`.
// Not for editing: change the contract and write it anew.
export interface paths {
    "/plaintext": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A constant text. */
        get: operations["plaintext"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One small object, made and serialised for each request. */
        get: operations["json"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/db": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One row of `world`, chosen at random. */
        get: operations["db"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/queries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** `count` rows, each chosen at random and read by a statement of its own. */
        get: operations["queries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/updates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * `count` distinct rows, each read by a statement of its own, given a fresh number, written back in one statement.
         * @description The rows are distinct and written in the order of their ids. When the answer arrives, each row in the database holds the number that the body gives.
         */
        get: operations["updates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cached-queries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * `count` rows chosen at random, from a cache in the process.
         * @description A worker fills its cache from the whole table by one statement on the first such request, and asks the database no more.
         */
        get: operations["cachedQueries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/fortunes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All fortunes and one more added at run time, sorted by message, in an HTML table.
         * @description Read through the framework's data layer, joined by `{id: 0, message: "Additional fortune added at request time."}`, sorted by message in code-point order, rendered by the framework's template engine with escaping on, under the title `Fortunes`, with the heads `id` and `message`. Compared as parsed HTML: how an apostrophe is escaped is the engine's own business.
         */
        get: operations["fortunes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/wait": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Waits idly inside the request. Shows how many requests a runtime can keep waiting. */
        get: operations["wait"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/work": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Burns CPU inside the request. Shows the event loop and the GIL.
         * @description A unit is 1,000 rounds of SHA-256, each over the 32 bytes of the round before; the first round is over 32 zero bytes. The digest proves that the work was done.
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
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process answers. */
        get: operations["healthz"];
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
        /** The database answers too. */
        get: operations["readyz"];
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
        Message: {
            /** @constant */
            message: "Hello, World!";
        };
        World: {
            id: number;
            randomNumber: number;
        };
        Worlds: components["schemas"]["World"][];
        Waited: {
            ms: number;
        };
        Worked: {
            units: number;
            digest: string;
        };
        Status: {
            /** @constant */
            status: "ok";
        };
        /** @description RFC 9457. Never holds a stack trace, a statement or a path of the machine. */
        Problem: {
            /** @constant */
            type: "about:blank";
            /** @description The status code's reason phrase. */
            title: string;
            status: number;
            /** @description What was wrong and what is expected. */
            detail?: string;
            /** @description With 400: the parameter that was wrong. */
            field?: string;
        };
    };
    responses: {
        /** @description 400 names the field (or the Host that is not allowed); 404 for an unknown path; 405 with Allow for a method that a path does not take; 503 with Retry-After when no database connection could be had in time, or the database is away; 500 for a fault of the app's own. A client whose Accept names text/html gets a page with the same title and detail. */
        Problem: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
                "text/html": string;
            };
        };
    };
    parameters: {
        /** @description How many rows. Anything but an optional minus sign and ASCII digits counts as 1, then clamped to 1..500; of repeated values the last counts. */
        Count: number;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    plaintext: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Exactly `Hello, World!`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": "Hello, World!";
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    json: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Exactly `{"message":"Hello, World!"}`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    db: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The row. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["World"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    queries: {
        parameters: {
            query?: {
                /** @description How many rows. Anything but an optional minus sign and ASCII digits counts as 1, then clamped to 1..500; of repeated values the last counts. */
                count?: components["parameters"]["Count"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The rows, in the order read. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Worlds"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    updates: {
        parameters: {
            query?: {
                /** @description How many rows. Anything but an optional minus sign and ASCII digits counts as 1, then clamped to 1..500; of repeated values the last counts. */
                count?: components["parameters"]["Count"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The rows with their new numbers. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Worlds"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    cachedQueries: {
        parameters: {
            query?: {
                /** @description How many rows. Anything but an optional minus sign and ASCII digits counts as 1, then clamped to 1..500; of repeated values the last counts. */
                count?: components["parameters"]["Count"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The rows. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Worlds"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    fortunes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    wait: {
        parameters: {
            query: {
                /** @description Milliseconds to wait. */
                ms: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The wait is over: `{"ms":<ms>}`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Waited"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    work: {
        parameters: {
            query: {
                /** @description Units of work. */
                units: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The work is done: `{"units":<units>,"digest":"<hex>"}`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Worked"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    healthz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Exactly `{"status":"ok"}`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Status"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    readyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Exactly `{"status":"ok"}`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Status"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
}
