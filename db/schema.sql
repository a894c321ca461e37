-- The tables that both apps share in shape; each app has them in a database of its own.
-- TechEmpower's world: 10,000 rows with a number each.
CREATE TABLE world (
    id integer PRIMARY KEY,
    random_number integer NOT NULL CHECK (random_number BETWEEN 1 AND 10000)
);

-- TechEmpower's fortunes, one of them hostile.
CREATE TABLE fortune (
    id integer PRIMARY KEY,
    message text NOT NULL
);
