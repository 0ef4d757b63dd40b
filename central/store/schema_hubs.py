"""The tables that say which hub is the hub of a store: former keys, epochs as they were heard, claims, heads of journals, what a person should look at."""

from sqlalchemy import Index
from sqlalchemy import text as sql

from central.store.columns import maybe_text, maybe_whole, raw, table, text, whole

hub_keys = table(
    "hub_keys",
    text("store_id"),
    text("node"),
    whole("term"),
    text("public_key"),
    text("state"),
    whole("ended_at_ms"),
    key=("store_id", "node", "term"),
)
hub_epochs = table(
    "hub_epochs",
    text("store_id"),
    text("node"),
    whole("term"),
    text("epoch"),
    whole("first_at_ms"),
    whole("heard_at_ms"),
    maybe_whole("back_at_ms"),
    text("standing"),
    key=("store_id", "node", "term", "epoch"),
)
hub_claims = table(
    "hub_claims",
    text("store_id"),
    text("node"),
    whole("term"),
    text("code_hash"),
    whole("made_at_ms"),
    whole("expires_at_ms"),
    whole("tries", 0),
    maybe_text("claimed_key"),
    key=("store_id", "node"),
)
store_devices = table(
    "store_devices",
    text("store_id"),
    text("node"),
    text("role"),
    text("public_key"),
    text("state"),
    whole("told_at_ms"),
    key=("store_id", "node"),
)
journal_heads = table(
    "journal_heads",
    text("store_id"),
    whole("segment"),
    whole("number"),
    raw("head"),
    text("public_key"),
    text("signature"),
    whole("seen_at_ms"),
    text("seen_signature"),
    key=("store_id", "segment", "number"),
)
incidents = table(
    "incidents",
    text("store_id"),
    text("kind"),
    text("subject"),
    text("detail"),
    whole("at_ms"),
    maybe_whole("done_at_ms"),
    maybe_text("done_by"),
    key=("store_id", "kind", "subject"),
    indexes=(
        Index(
            "incidents_open",
            "store_id",
            "at_ms",
            sqlite_where=sql("done_at_ms IS NULL"),
            postgresql_where=sql("done_at_ms IS NULL"),
        ),
    ),
)
