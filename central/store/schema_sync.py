"""The tables that move envelopes and prove who speaks: nodes, feeds, the ledger of facts, and the keys of passes."""

from sqlalchemy import Index
from sqlalchemy import text as sql

from central.store.columns import maybe_text, maybe_whole, raw, table, text, whole

nodes = table(
    "nodes",
    text("store_id"),
    text("node"),
    text("role"),
    text("public_key"),
    text("state"),
    whole("term"),
    whole("enrolled_at_ms"),
    maybe_whole("heard_at_ms"),
    whole("owed_pickups", 0),
    whole("owed_carts", 0),
    whole("owed_telemetry", 0),
    key=("store_id", "node"),
)
feeds = table("feeds", text("store_id"), text("feed"), whole("head"), whole("floor", 0), key=("store_id", "feed"))
feed_rows = table(
    "feed_rows",
    text("store_id"),
    text("feed"),
    text("kind"),
    text("key"),
    whole("seq"),
    raw("body"),
    whole("tombstone"),
    whole("at_ms"),
    key=("store_id", "feed", "kind", "key"),
    indexes=(Index("feed_rows_by_seq", "store_id", "feed", "seq", unique=True),),
)
served = table(
    "served", text("store_id"), text("feed"), whole("served_up_to"), whole("at_ms"), key=("store_id", "feed")
)
origins = table(
    "origins",
    text("store_id"),
    text("node"),
    text("epoch"),
    whole("lane"),
    whole("mark", 0),
    maybe_text("mark_event_id"),
    whole("term", 0),
    whole("first_at_ms"),
    whole("last_at_ms"),
    key=("store_id", "node", "epoch", "lane"),
)
ledger = table(
    "ledger",
    text("store_id"),
    text("node"),
    text("epoch"),
    whole("lane"),
    whole("sequence"),
    text("event_id"),
    text("kind"),
    text("subject"),
    whole("occurred_at_ms"),
    whole("received_at_ms"),
    maybe_whole("skew_ms"),
    text("verdict"),
    maybe_text("reason"),
    raw("envelope"),
    key=("store_id", "node", "epoch", "lane", "sequence"),
    indexes=(
        # Lanes 0 and 1 are counted once per store, whatever origin brings them; telemetry is counted per origin only.
        Index(
            "ledger_by_event",
            "store_id",
            "event_id",
            unique=True,
            sqlite_where=sql("lane < 2"),
            postgresql_where=sql("lane < 2"),
        ),
        Index(
            "ledger_to_review",
            "store_id",
            "verdict",
            sqlite_where=sql("verdict <> 'recorded'"),
            postgresql_where=sql("verdict <> 'recorded'"),
        ),
        Index(
            "ledger_corrections",
            "store_id",
            "subject",
            sqlite_where=sql("kind = 'clock.corrected'"),
            postgresql_where=sql("kind = 'clock.corrected'"),
        ),
        Index(
            "ledger_unread",
            "store_id",
            "received_at_ms",
            sqlite_where=sql("reason IN ('unknown_kind', 'unknown_version')"),
            postgresql_where=sql("reason IN ('unknown_kind', 'unknown_version')"),
        ),
    ),
)
ledger_repeats = table(
    "ledger_repeats",
    text("store_id"),
    text("node"),
    text("epoch"),
    whole("lane"),
    whole("sequence"),
    text("event_id"),
    key=("store_id", "node", "epoch", "lane", "sequence"),
)
pass_keys = table(
    "pass_keys",
    text("store_id"),
    whole("key_id"),
    text("public_key"),
    whole("from_ms"),
    maybe_whole("retired_at_ms"),
    key=("store_id", "key_id"),
)
