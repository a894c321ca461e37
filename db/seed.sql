-- The same rows on every machine: the numbers come from the row's id, not from a clock.
INSERT INTO world (id, random_number)
SELECT id, 1 + abs(hashint4extended(id, 20260101) % 10000)
FROM generate_series(1, 10000) AS id;

INSERT INTO fortune (id, message) VALUES
    (1, 'fortune: No such file or directory'),
    (2, 'A computer scientist is someone who fixes things that aren''t broken.'),
    (3, 'After enough decimal places, nobody gives a damn.'),
    (4, 'A bad random number generator: 1, 1, 1, 1, 1, 4.33e+67, 1, 1, 1'),
    (5, 'A computer program does what you tell it to do, not what you want it to do.'),
    (6, 'Emacs is a nice operating system, but I prefer UNIX. — Tom Christaensen'),
    (7, 'Any program that runs right is obsolete.'),
    (8, 'A list is only as strong as its weakest link. — Donald Knuth'),
    (9, 'Feature: A bug with seniority.'),
    (10, 'Computers make very fast, very accurate mistakes.'),
    (11, '<script>alert("This should not be displayed in a browser alert box.");</script>'),
    (12, 'フレームワークのベンチマーク');

-- The shop, in the size that `headroom.products` says (lab/runtime/databases.ts sets it). The first
-- thousand products are the same in every size.
INSERT INTO category (id, slug, name) OVERRIDING SYSTEM VALUE VALUES
    (1, 'lamps', 'Lamps'),
    (2, 'chairs', 'Chairs'),
    (3, 'tables', 'Tables'),
    (4, 'shelves', 'Shelves'),
    (5, 'rugs', 'Rugs'),
    (6, 'clocks', 'Clocks'),
    (7, 'mirrors', 'Mirrors'),
    (8, 'baskets', 'Baskets'),
    (9, 'blankets', 'Blankets'),
    (10, 'pots-and-pans', 'Pots & pans'),
    (11, 'knives', 'Knives'),
    (12, 'cups', 'Cups'),
    (13, 'kettles', 'Kettles'),
    (14, 'garden-tools', 'Garden tools'),
    (15, 'notebooks', 'Notebooks'),
    (16, 'pens', 'Pens'),
    (17, 'bags', 'Bags'),
    (18, 'boots', 'Boots'),
    (19, 'umbrellas', 'Umbrellas'),
    (20, 'games', 'Games');
ALTER TABLE category ALTER COLUMN id RESTART WITH 21;

-- Names and descriptions are drawn from word lists by a hash of the id, so that a search for one
-- adjective finds about a twenty-fifth of the products, for two words few. Stock is more than any load
-- sells: a load that empties the shop would measure refusals.
WITH words AS (
    SELECT
        string_to_array('sturdy quiet bright folding narrow heavy light rustic modern simple ' ||
            'curved square round tall short wide soft plain striped painted polished brushed ' ||
            'woven carved braided oiled waxed handmade travel winter summer compact classic ' ||
            'patient honest clever northern southern coastal alpine urban rural festive ' ||
            'everyday spare matching nested stacking hanging standing', ' ') AS adjectives,
        string_to_array('oak birch walnut bamboo cedar steel copper brass iron enamel glass ' ||
            'ceramic marble slate linen cotton wool felt leather canvas jute cork paper rubber ' ||
            'porcelain silver', ' ') AS materials,
        string_to_array('lamp chair table shelf rug clock mirror basket blanket pan knife cup ' ||
            'kettle trowel notebook pen bag boot umbrella game', ' ') AS things,
        string_to_array('kitchen|hallway|balcony|workshop|bedroom|office|garden|cellar|cabin|' ||
            'studio|library|bathroom', '|') AS places,
        string_to_array('It is made to be repaired.|It ages well.|Each piece differs a little.|' ||
            'It needs no tools.|It packs flat.|It is easy to clean.|It outlives its owner.|' ||
            'It keeps its colour.|It fits where others do not.|It makes no noise.', '|') AS praises
), drawn AS (
    SELECT
        id,
        1 + abs(hashint4extended(id, 1) % 20)::integer AS category_id,
        abs(hashint4extended(id, 2) % 1000003)::integer AS a,
        abs(hashint4extended(id, 3) % 1000003)::integer AS b,
        abs(hashint4extended(id, 4) % 1000003)::integer AS c,
        abs(hashint4extended(id, 5) % 1000003)::integer AS d
    FROM generate_series(1, current_setting('headroom.products')::integer) AS id
)
INSERT INTO product (id, category_id, name, description, price_cents, stock, created_at)
SELECT
    id,
    category_id,
    initcap(format('%s %s %s', adjectives[1 + a % 50], materials[1 + b % 26], things[category_id])),
    format('%s %s of %s and %s for the %s. %s %s',
        initcap(adjectives[1 + c % 50]), things[category_id], materials[1 + b % 26], materials[1 + d % 26],
        places[1 + a % 12], praises[1 + c % 10], praises[1 + d % 10]),
    199 + (a::bigint * 7919 + b) % 49800,
    100000 + d % 900000,
    timestamptz '2024-01-01 00:00:00Z' + id * interval '1 minute'
FROM drawn, words
ORDER BY id;
SELECT setval(pg_get_serial_sequence('product', 'id'), max(id)) FROM product;

-- 10,000 customers and 3 of the staff share eight hashes. PostgreSQL has no argon2, and to make
-- each a hash of its own would take minutes of CPU time; to check one costs the same either way.
-- The passwords are `correct horse 1` to `correct horse 8`: customer n has that of 1 + n % 8.
WITH hashes (n, password) AS (
    VALUES
        (1, 'argon2$argon2id$v=19$m=19456,t=2,p=1$kK6X9g+iqZHETzE6y4Y3yQ$UdscETBTWZKXNCLQL9XenzDfq5ANbSjn/jW48B0qY2M'),
        (2, 'argon2$argon2id$v=19$m=19456,t=2,p=1$aeArsain3vAp0fHe6CeD3g$WUazBFTBcjZl+8Cz/TjyY+8OHO/ju42fryrmPbFMePA'),
        (3, 'argon2$argon2id$v=19$m=19456,t=2,p=1$M2KOsl4HpCtqDaQsUb6zPA$NVkbulPI4HrWWTprFs2zDOhx0Kxpj/8MVDmwAoHBY04'),
        (4, 'argon2$argon2id$v=19$m=19456,t=2,p=1$4pOreUCVrcnuK951SHJEkw$QiVdDmBNZhfQP5JaQb30ZvPUwZz2VV0y1jSy9SSyups'),
        (5, 'argon2$argon2id$v=19$m=19456,t=2,p=1$lc2YykJUFNJvEZgxENqiAQ$JAonnqdAhxwBlecSZzQfD01+DLa0Q/z7LEoh6p46Zmc'),
        (6, 'argon2$argon2id$v=19$m=19456,t=2,p=1$vNcrOJl9lyjKO25mcAxmpA$0eTaSbE8ppK/jMRZ1uM0mUD6QAIPfNabn8N/Eo1sTCs'),
        (7, 'argon2$argon2id$v=19$m=19456,t=2,p=1$232T0rlEWEm/xbDGmx44Eg$qd6xQA+0IGg+6ClOjHvbh/ODvyhQyyN6f1NCrW5F3lE'),
        (8, 'argon2$argon2id$v=19$m=19456,t=2,p=1$uHgZWE0wyfT8HdGrLP3Uvw$45Bv9eWPJj0b0j5/trvzNqNA3ehOc0C4StbV4tolyZM')
), people AS (
    SELECT n AS id, format('customer%s@example.com', n) AS email, format('Customer %s', n) AS name, false AS is_staff
    FROM generate_series(1, 10000) AS n
    UNION ALL
    SELECT 10000 + n, format('staff%s@example.com', n), format('Staff %s', n), true
    FROM generate_series(1, 3) AS n
)
INSERT INTO customer (id, email, name, password, is_staff, created_at)
SELECT id, email, name, password, is_staff, timestamptz '2024-01-01 00:00:00Z' + id * interval '1 minute'
FROM people JOIN hashes ON hashes.n = 1 + id % 8
ORDER BY id;
SELECT setval(pg_get_serial_sequence('customer', 'id'), max(id)) FROM customer;
