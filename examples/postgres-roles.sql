-- Four roles for one database, each with no more than it needs (README, "PostgreSQL for a team").
--
--   matcher_owner  owns the tables; creates them and brings them to a new version. Nothing runs as it day by day.
--   matcher_pull   the nightly pull: writes calls and runs, reads no note.
--   matcher_desk   the dashboard: reads all, adds decisions and priorities, keeps views and lists. It can neither
--                  change a call nor rewrite or delete a decision, nor touch a table's form. Its button "pull" is
--                  refused in words: the timer pulls.
--   matcher_read   for reports and copies: reads all, writes nothing.
--
-- Run by a superuser in the database itself, any number of times: before the first start, after the owner has created
-- the tables (`MATCHER_DATABASE=postgresql://matcher_owner:…@host/matcher matcher health`), and after each new version.
--   psql -d matcher -v ON_ERROR_STOP=1 -f examples/postgres-roles.sql
--   psql -d matcher -c '\password matcher_owner'      and so for the others
BEGIN;

DO $$
DECLARE who text;
BEGIN
    FOREACH who IN ARRAY ARRAY['matcher_owner', 'matcher_pull', 'matcher_desk', 'matcher_read'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = who) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE', who);
        END IF;
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), who);
        EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', who);
    END LOOP;
    EXECUTE format('REVOKE CONNECT, TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
END
$$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT CREATE ON SCHEMA public TO matcher_owner;

-- Whoever made the tables so far, from now on they belong to the owner.
DO $$
DECLARE one record;
BEGIN
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tableowner <> 'matcher_owner' LOOP
        EXECUTE format('ALTER TABLE public.%I OWNER TO matcher_owner', one.tablename);
    END LOOP;
END
$$;

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, matcher_pull, matcher_desk, matcher_read;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, matcher_pull, matcher_desk, matcher_read;

DO $$
BEGIN
    IF to_regclass('public.matcher_schema') IS NULL THEN
        RAISE NOTICE 'There are no tables yet: create them as matcher_owner, then run this file again.';
        RETURN;
    END IF;

    GRANT SELECT ON ALL TABLES IN SCHEMA public TO matcher_desk, matcher_read;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO matcher_pull, matcher_desk;

    -- The counters of content: every writer locks and raises them.
    GRANT SELECT, UPDATE ON revision TO matcher_pull, matcher_desk;

    GRANT SELECT, INSERT, UPDATE, DELETE ON call, raw, life, call_version, change, run, reject TO matcher_pull;
    GRANT SELECT ON matcher_schema, profile TO matcher_pull;
    -- `matcher health` after a pull counts decisions; what stands in them stays closed.
    GRANT SELECT (id) ON decision TO matcher_pull;
    GRANT SELECT, INSERT ON backup TO matcher_pull;

    GRANT INSERT ON decision, profile, backup TO matcher_desk;
    GRANT INSERT, UPDATE, DELETE ON saved_view, shortlist, visit TO matcher_desk;
END
$$;

COMMIT;
