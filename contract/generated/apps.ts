// The apps as k6 needs to know them, made from apps/*/app.json by `npm run lab -- contract`.
// Not for editing: change the app.json and generate it again.
import type { NamesFile } from '../names.ts';

type K6App = {
  name: string;
  port: number;
  /** Absent: every part of the contract. */
  serves?: readonly string[];
  names?: NamesFile;
};

export const apps: readonly K6App[] = [
  {
    "name": "express",
    "port": 8081
  },
  {
    "name": "django",
    "port": 8082,
    "names": {
      "sessionCookie": "sessionid",
      "csrfField": "csrfmiddlewaretoken",
      "staff": {
        "products": "/staff/shop/product/",
        "add": "/staff/shop/product/add/",
        "change": "/staff/shop/product/{id}/change/",
        "remove": "/staff/shop/product/{id}/delete/",
        "confirmation": {
          "post": "yes"
        },
        "stockShown": "initial-stock"
      }
    }
  }
];
