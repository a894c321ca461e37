// TypeScript types of the HTTP interface, made from contract/openapi.yaml by `npm run lab -- contract`.
// Not for editing: change the contract and generate it again.
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
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All categories, the twelve newest products. */
        get: operations["home"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/products": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A page of all products. */
        get: operations["productsPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/products/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One product, with its category and, for who is logged in, a form that puts it into the cart. */
        get: operations["productPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/categories/{slug}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A page of the products of one category; 404 where there is none of that slug. */
        get: operations["categoryPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A page of what a search finds, best first. Without words only the form, and no statement. */
        get: operations["searchPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The form to register. Who is logged in is sent home (303). */
        get: operations["registerPage"];
        put?: never;
        /** Makes a customer and logs it in, in a new session. 303 to `next`, else home. */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The form to log in. Who is logged in is sent home (303). */
        get: operations["loginPage"];
        put?: never;
        /** Logs a customer in, in a new session. 303 to `next`, else home; 429 after ten attempts. */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends the session on the server. 303 home. */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cart": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The customer's cart, by product id. Who is not logged in is sent to log in (303). */
        get: operations["cartPage"];
        put?: never;
        /** Adds to what the cart holds of a product, 99 at most. 303 to the cart. */
        post: operations["addToCart"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cart/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sets how many of a product the cart holds; 0 removes it. 303 to the cart; 404 where it holds none. */
        post: operations["changeCart"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/checkout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What will be bought, and a form with a fresh Idempotency-Key in it. An empty cart sends to the cart (303). */
        get: operations["checkoutPage"];
        put?: never;
        /** Buys the cart in one transaction. 303 to the order; 409 where the cart is empty or the stock too small. */
        post: operations["checkout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A page of the customer's orders, newest first. */
        get: operations["ordersPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One order of the customer's; another's is 404, like none. */
        get: operations["orderPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/feed.xml": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** RSS 2.0 of the twenty newest products. */
        get: operations["feed"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sitemap.xml": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The index of the sitemaps, one for each 10,000 products. */
        get: operations["sitemap"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sitemaps/{section}.xml": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** `pages` (home, product list, categories) or `products`, the latter in parts of 10,000 by `p`. */
        get: operations["sitemapSection"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/robots.txt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Crawlers may read the shop, not the pages of a customer; where the sitemap is. */
        get: operations["robots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/staff/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the staff works. Who is not logged in is sent to log in (302 or 303); a customer is refused (403), here and below. */
        get: operations["staff"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/products": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A page of products. */
        get: operations["apiProducts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/products/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One product. */
        get: operations["apiProduct"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A page of what a search finds, best first, then by id. Without words it is 400. */
        get: operations["apiSearch"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is logged in, and the token that unsafe requests need. Begins a session where there is none. */
        get: operations["apiSession"];
        put?: never;
        /** Logs in, in a new session with a new token. 401 for wrong credentials, 429 after ten attempts. */
        post: operations["apiLogin"];
        /** Ends the session on the server. */
        delete: operations["apiLogout"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cart": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The customer's cart. */
        get: operations["apiCart"];
        put?: never;
        /** Adds to what the cart holds of a product, 99 at most; an unknown product is 400. */
        post: operations["apiAddToCart"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cart/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Sets how many of a product the cart holds; 404 where it holds none. */
        put: operations["apiChangeCart"];
        post?: never;
        /** Takes a product out of the cart; 404 where it holds none. */
        delete: operations["apiRemoveFromCart"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A page of the customer's orders, newest first. */
        get: operations["apiOrders"];
        put?: never;
        /**
         * Buys the cart in one transaction.
         * @description 201 with the order. A key that this customer has used gives the order that it made, and buys nothing. 400 names Idempotency-Key where it is missing or malformed; 409 where the cart is empty, or the stock of a product too small: then nothing is bought and the cart stays.
         */
        post: operations["apiCheckout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One order of the customer's; another's is 404, like none. */
        get: operations["apiOrder"];
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
        Product: {
            id: number;
            name: string;
            /** @description Its slug. */
            category: string;
            priceCents: number;
            inStock: boolean;
        };
        /** @description Path and query of that page, with the parameters of this one; null where there is none. */
        PageLink: string | null;
        ProductPage: {
            items: components["schemas"]["Product"][];
            page: number;
            pages: number;
            previous: components["schemas"]["PageLink"];
            next: components["schemas"]["PageLink"];
        };
        /** @description UTC, in whole seconds. */
        Time: string;
        ProductDetail: {
            id: number;
            name: string;
            category: string;
            priceCents: number;
            inStock: boolean;
            description: string;
            createdAt: components["schemas"]["Time"];
        };
        Session: {
            customer: {
                id: number;
                email: string;
                name: string;
            } | null;
            csrfToken: string;
        };
        Credentials: {
            email: string;
            password: string;
        };
        Line: {
            /** @description Null in an order whose product is gone. */
            productId: number | null;
            name: string;
            priceCents: number;
            quantity: number;
        };
        Cart: {
            /** @description By product id. */
            lines: components["schemas"]["Line"][];
            totalCents: number;
        };
        Addition: {
            productId: number;
            quantity: number;
        };
        Quantity: {
            quantity: number;
        };
        OrderSummary: {
            id: number;
            createdAt: components["schemas"]["Time"];
            totalCents: number;
        };
        OrderPage: {
            items: components["schemas"]["OrderSummary"][];
            page: number;
            pages: number;
            previous: components["schemas"]["PageLink"];
            next: components["schemas"]["PageLink"];
        };
        Order: {
            id: number;
            createdAt: components["schemas"]["Time"];
            totalCents: number;
            /** @description In the order in which they were bought. */
            lines: components["schemas"]["Line"][];
        };
    };
    responses: {
        /** @description 400 names the field (or the Host that is not allowed); 404 for an unknown path; 405 with Allow for a method that a path does not take; 503 with Retry-After when no database connection could be had in time, or the database is away; 500 for a fault of the app's own. The shop has more: 401 for who is not logged in, 403 for a missing CSRF token or what belongs to the staff, 409 for a cart that cannot be bought, 413 for a body over 64 KiB, 415 for another media type, 429 with Retry-After after too many attempts to log in. A client that prefers text/html to application/problem+json, as Accept says, gets a page with the same title and detail. */
        Problem: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
                "text/html": string;
            };
        };
        /** @description The page. */
        page: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "text/html": string;
            };
        };
        /** @description Another page of this shop, by a path without scheme and host. */
        elsewhere: {
            headers: {
                Location: string;
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The form again with what was wrong; a problem where the body was no form. */
        formAgain: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "text/html": string;
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description By sitemaps.org's protocol. */
        xml: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/xml": string;
            };
        };
        /** @description The page. */
        productPage: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ProductPage"];
            };
        };
        /** @description The session. */
        sessionBody: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Session"];
            };
        };
        /** @description The cart as it is now. */
        cartBody: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Cart"];
            };
        };
    };
    parameters: {
        /** @description How many rows. Anything but an optional minus sign and ASCII digits counts as 1, then clamped to 1..500; of repeated values the last counts. */
        Count: number;
        /** @description 24 per page. Anything but 1 to 100 is 400, a page behind the last 404; the first is always there. */
        Page: number;
        /** @description `new`: newest first. Equal values are in order of the id, with `new` and `-price` descending too. Anything else is 400. */
        Sort: "new" | "price" | "-price" | "name";
        /** @description Of the product. What is no integer of 1 to 2147483647, or names none, is 404. */
        ProductId: number;
        Slug: string;
        /** @description As PostgreSQL's websearch_to_tsquery reads it, in English. White space around it is dropped; over 100 characters, or with a control character, it is 400. */
        Words: string;
        /** @description Where the field of the token (_csrf, or what names.ts says for the app) is missing or empty; 403 without either. */
        FormToken: string;
        /** @description What is no integer of 1 to 2147483647, or names none of this customer's orders, is 404. */
        OrderId: number;
        /** @description Only of this category; an unknown one is 400. */
        Category: string;
        /** @description The csrfToken of GET /api/session, or of the last POST there; 403 without. Nothing else counts. */
        Token: string;
        /** @description Made by the client for one checkout, and sent again with each repetition of it. */
        Key: string;
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
    home: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["page"];
            default: components["responses"]["Problem"];
        };
    };
    productsPage: {
        parameters: {
            query?: {
                /** @description 24 per page. Anything but 1 to 100 is 400, a page behind the last 404; the first is always there. */
                page?: components["parameters"]["Page"];
                /** @description `new`: newest first. Equal values are in order of the id, with `new` and `-price` descending too. Anything else is 400. */
                sort?: components["parameters"]["Sort"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["page"];
            default: components["responses"]["Problem"];
        };
    };
    productPage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Of the product. What is no integer of 1 to 2147483647, or names none, is 404. */
                id: components["parameters"]["ProductId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["page"];
            default: components["responses"]["Problem"];
        };
    };
    categoryPage: {
        parameters: {
            query?: {
                /** @description 24 per page. Anything but 1 to 100 is 400, a page behind the last 404; the first is always there. */
                page?: components["parameters"]["Page"];
                /** @description `new`: newest first. Equal values are in order of the id, with `new` and `-price` descending too. Anything else is 400. */
                sort?: components["parameters"]["Sort"];
            };
            header?: never;
            path: {
                slug: components["parameters"]["Slug"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["page"];
            default: components["responses"]["Problem"];
        };
    };
    searchPage: {
        parameters: {
            query?: {
                /** @description As PostgreSQL's websearch_to_tsquery reads it, in English. White space around it is dropped; over 100 characters, or with a control character, it is 400. */
                q?: components["parameters"]["Words"];
                /** @description 24 per page. Anything but 1 to 100 is 400, a page behind the last 404; the first is always there. */
                page?: components["parameters"]["Page"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["page"];
            default: components["responses"]["Problem"];
        };
    };
    registerPage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["page"];
            303: components["responses"]["elsewhere"];
            default: components["responses"]["Problem"];
        };
    };
    register: {
        parameters: {
            query?: never;
            header?: {
                /** @description Where the field of the token (_csrf, or what names.ts says for the app) is missing or empty; 403 without either. */
                "X-CSRF-Token"?: components["parameters"]["FormToken"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    _csrf?: string;
                    /** @description A path of this shop. */
                    next?: string;
                    email: string;
                    name: string;
                    password: string;
                };
            };
        };
        responses: {
            303: components["responses"]["elsewhere"];
            400: components["responses"]["formAgain"];
            default: components["responses"]["Problem"];
        };
    };
    loginPage: {
        parameters: {
            query?: {
                /** @description A path of this shop to go on to. */
                next?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["page"];
            303: components["responses"]["elsewhere"];
            default: components["responses"]["Problem"];
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: {
                /** @description Where the field of the token (_csrf, or what names.ts says for the app) is missing or empty; 403 without either. */
                "X-CSRF-Token"?: components["parameters"]["FormToken"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    _csrf?: string;
                    /** @description A path of this shop. */
                    next?: string;
                    email: string;
                    password: string;
                };
            };
        };
        responses: {
            303: components["responses"]["elsewhere"];
            400: components["responses"]["formAgain"];
            default: components["responses"]["Problem"];
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: {
                /** @description Where the field of the token (_csrf, or what names.ts says for the app) is missing or empty; 403 without either. */
                "X-CSRF-Token"?: components["parameters"]["FormToken"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/x-www-form-urlencoded": {
                    _csrf?: string;
                };
            };
        };
        responses: {
            303: components["responses"]["elsewhere"];
            default: components["responses"]["Problem"];
        };
    };
    cartPage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["page"];
            303: components["responses"]["elsewhere"];
            default: components["responses"]["Problem"];
        };
    };
    addToCart: {
        parameters: {
            query?: never;
            header?: {
                /** @description Where the field of the token (_csrf, or what names.ts says for the app) is missing or empty; 403 without either. */
                "X-CSRF-Token"?: components["parameters"]["FormToken"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    _csrf?: string;
                    product: number;
                    quantity: number;
                };
            };
        };
        responses: {
            303: components["responses"]["elsewhere"];
            default: components["responses"]["Problem"];
        };
    };
    changeCart: {
        parameters: {
            query?: never;
            header?: {
                /** @description Where the field of the token (_csrf, or what names.ts says for the app) is missing or empty; 403 without either. */
                "X-CSRF-Token"?: components["parameters"]["FormToken"];
            };
            path: {
                /** @description Of the product. What is no integer of 1 to 2147483647, or names none, is 404. */
                id: components["parameters"]["ProductId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    _csrf?: string;
                    quantity: number;
                };
            };
        };
        responses: {
            303: components["responses"]["elsewhere"];
            default: components["responses"]["Problem"];
        };
    };
    checkoutPage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["page"];
            303: components["responses"]["elsewhere"];
            default: components["responses"]["Problem"];
        };
    };
    checkout: {
        parameters: {
            query?: never;
            header?: {
                /** @description Where the field of the token (_csrf, or what names.ts says for the app) is missing or empty; 403 without either. */
                "X-CSRF-Token"?: components["parameters"]["FormToken"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    _csrf?: string;
                    idempotency_key: string;
                };
            };
        };
        responses: {
            303: components["responses"]["elsewhere"];
            default: components["responses"]["Problem"];
        };
    };
    ordersPage: {
        parameters: {
            query?: {
                /** @description 24 per page. Anything but 1 to 100 is 400, a page behind the last 404; the first is always there. */
                page?: components["parameters"]["Page"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["page"];
            303: components["responses"]["elsewhere"];
            default: components["responses"]["Problem"];
        };
    };
    orderPage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description What is no integer of 1 to 2147483647, or names none of this customer's orders, is 404. */
                id: components["parameters"]["OrderId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["page"];
            303: components["responses"]["elsewhere"];
            default: components["responses"]["Problem"];
        };
    };
    feed: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The feed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/rss+xml": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    sitemap: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["xml"];
            default: components["responses"]["Problem"];
        };
    };
    sitemapSection: {
        parameters: {
            query?: {
                /** @description Which part; 404 where there is none, 400 for what can be none. */
                p?: number;
            };
            header?: never;
            path: {
                section: "pages" | "products";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["xml"];
            default: components["responses"]["Problem"];
        };
    };
    robots: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The rules. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    staff: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["page"];
            302: components["responses"]["elsewhere"];
            303: components["responses"]["elsewhere"];
            default: components["responses"]["Problem"];
        };
    };
    apiProducts: {
        parameters: {
            query?: {
                /** @description Only of this category; an unknown one is 400. */
                category?: components["parameters"]["Category"];
                /** @description 24 per page. Anything but 1 to 100 is 400, a page behind the last 404; the first is always there. */
                page?: components["parameters"]["Page"];
                /** @description `new`: newest first. Equal values are in order of the id, with `new` and `-price` descending too. Anything else is 400. */
                sort?: components["parameters"]["Sort"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["productPage"];
            default: components["responses"]["Problem"];
        };
    };
    apiProduct: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Of the product. What is no integer of 1 to 2147483647, or names none, is 404. */
                id: components["parameters"]["ProductId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The product. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    apiSearch: {
        parameters: {
            query?: {
                /** @description As PostgreSQL's websearch_to_tsquery reads it, in English. White space around it is dropped; over 100 characters, or with a control character, it is 400. */
                q?: components["parameters"]["Words"];
                /** @description 24 per page. Anything but 1 to 100 is 400, a page behind the last 404; the first is always there. */
                page?: components["parameters"]["Page"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["productPage"];
            default: components["responses"]["Problem"];
        };
    };
    apiSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["sessionBody"];
            default: components["responses"]["Problem"];
        };
    };
    apiLogin: {
        parameters: {
            query?: never;
            header: {
                /** @description The csrfToken of GET /api/session, or of the last POST there; 403 without. Nothing else counts. */
                "X-CSRF-Token": components["parameters"]["Token"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Credentials"];
            };
        };
        responses: {
            200: components["responses"]["sessionBody"];
            default: components["responses"]["Problem"];
        };
    };
    apiLogout: {
        parameters: {
            query?: never;
            header: {
                /** @description The csrfToken of GET /api/session, or of the last POST there; 403 without. Nothing else counts. */
                "X-CSRF-Token": components["parameters"]["Token"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description There is no session any more. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    apiCart: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["cartBody"];
            default: components["responses"]["Problem"];
        };
    };
    apiAddToCart: {
        parameters: {
            query?: never;
            header: {
                /** @description The csrfToken of GET /api/session, or of the last POST there; 403 without. Nothing else counts. */
                "X-CSRF-Token": components["parameters"]["Token"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Addition"];
            };
        };
        responses: {
            200: components["responses"]["cartBody"];
            default: components["responses"]["Problem"];
        };
    };
    apiChangeCart: {
        parameters: {
            query?: never;
            header: {
                /** @description The csrfToken of GET /api/session, or of the last POST there; 403 without. Nothing else counts. */
                "X-CSRF-Token": components["parameters"]["Token"];
            };
            path: {
                /** @description Of the product. What is no integer of 1 to 2147483647, or names none, is 404. */
                id: components["parameters"]["ProductId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Quantity"];
            };
        };
        responses: {
            200: components["responses"]["cartBody"];
            default: components["responses"]["Problem"];
        };
    };
    apiRemoveFromCart: {
        parameters: {
            query?: never;
            header: {
                /** @description The csrfToken of GET /api/session, or of the last POST there; 403 without. Nothing else counts. */
                "X-CSRF-Token": components["parameters"]["Token"];
            };
            path: {
                /** @description Of the product. What is no integer of 1 to 2147483647, or names none, is 404. */
                id: components["parameters"]["ProductId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["cartBody"];
            default: components["responses"]["Problem"];
        };
    };
    apiOrders: {
        parameters: {
            query?: {
                /** @description 24 per page. Anything but 1 to 100 is 400, a page behind the last 404; the first is always there. */
                page?: components["parameters"]["Page"];
            };
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
                    "application/json": components["schemas"]["OrderPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    apiCheckout: {
        parameters: {
            query?: never;
            header: {
                /** @description The csrfToken of GET /api/session, or of the last POST there; 403 without. Nothing else counts. */
                "X-CSRF-Token": components["parameters"]["Token"];
                /** @description Made by the client for one checkout, and sent again with each repetition of it. */
                "Idempotency-Key": components["parameters"]["Key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order. */
            201: {
                headers: {
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    apiOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description What is no integer of 1 to 2147483647, or names none of this customer's orders, is 404. */
                id: components["parameters"]["OrderId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
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
