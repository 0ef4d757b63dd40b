"""The tables of what is sold and of people, declared once; migrations are compared with them, documents name them.

Names are fixed: docs/tables_central.md shows how to count with SQL, docs/privacy_central.md what each column is for. Things that belong to no store
(products, the operator, pass keys) carry the store `*`. Orders are in `schema_orders`, envelopes in `schema_sync`.
"""

from sqlalchemy import Index

from central.store.columns import maybe_text, maybe_whole, raw, table, text, whole

EVERYWHERE = "*"
"""The `store_id` of what belongs to no single store."""

# --- what is sold, and where ---------------------------------------------------------------------------------------
products = table(
    "products",
    text("store_id"),
    text("gtin"),
    text("name"),
    maybe_text("short_name"),
    maybe_text("option"),
    text("category"),
    text("mark"),
    whole("price_minor"),
    text("currency"),
    whole("active"),
    text("search"),
    whole("changed_at_ms"),
    maybe_text("substitutes"),
    key=("store_id", "gtin"),
)
stores = table(
    "stores",
    text("store_id"),
    whole("store_number"),
    text("gln"),
    text("name"),
    text("hours"),
    text("settings"),
    text("currency"),
    text("timezone"),
    whole("changed_at_ms"),
    maybe_text("location"),
    key=("store_id",),
)
store_promises = table(
    "store_promises",
    text("store_id"),
    whole("next_free_ms"),
    maybe_whole("same_day_until_ms"),
    whole("valid_until_ms"),
    whole("capacity_per_h"),
    whole("heard_at_ms"),
    key=("store_id",),
)
stock = table(
    "stock",
    text("store_id"),
    text("gtin"),
    whole("on_hand"),
    whole("as_of_ms"),
    whole("safety"),
    text("place"),
    whole("price_minor"),
    whole("price_as_of_ms"),
    maybe_whole("heard_available"),
    maybe_whole("heard_at_ms"),
    key=("store_id", "gtin"),
)
staff = table(
    "staff",
    text("store_id"),
    text("staff_id"),
    text("name"),
    text("role"),
    text("pin_hash"),
    whole("active"),
    whole("changed_at_ms"),
    key=("store_id", "staff_id"),
)

# --- people --------------------------------------------------------------------------------------------------------
profiles = table(
    "profiles",
    text("profile_id"),
    text("external_key"),
    text("name"),
    text("locale"),
    maybe_text("chosen_store"),
    whole("created_at_ms"),
    key=("profile_id",),
    indexes=(Index("profiles_by_external_key", "external_key"),),
)
identities = table(
    "identities",
    text("profile_id"),
    text("identity_id"),
    text("kind"),
    text("value"),
    whole("linked_at_ms"),
    maybe_whole("retracted_at_ms"),
    key=("profile_id", "identity_id"),
    indexes=(Index("identities_by_id", "identity_id"), Index("identities_by_value", "kind", "value")),
)
consents = table(
    "consents",
    text("profile_id"),
    text("event_id"),
    text("identity_id"),
    text("purpose"),
    text("channel"),
    whole("given"),
    whole("at_ms"),
    text("source"),
    text("policy_version"),
    key=("profile_id", "event_id"),
)
seen_in_store = table(
    "seen_in_store",
    text("profile_id"),
    text("store_id"),
    text("identity_id"),
    whole("at_ms"),
    key=("profile_id", "store_id"),
)
proofs = table(
    "proofs",
    text("profile_id"),
    text("identity_id"),
    whole("step"),
    text("store_id"),
    whole("at_ms"),
    key=("profile_id", "identity_id", "step"),
)
interests = table(
    "interests",
    text("store_id"),
    text("identity_id"),
    text("profile_id"),
    whole("since_ms"),
    key=("store_id", "identity_id"),
    indexes=(Index("interests_by_profile", "profile_id"),),
)
carts = table(
    "carts",
    text("profile_id"),
    text("cart_id"),
    text("identity_id"),
    maybe_text("store_id"),
    whole("version"),
    text("state"),
    text("currency"),
    whole("changed_at_ms"),
    key=("profile_id", "cart_id"),
    indexes=(Index("carts_by_id", "cart_id"),),
)
cart_lines = table(
    "cart_lines",
    text("profile_id"),
    text("cart_id"),
    text("line"),
    whole("place"),
    text("gtin"),
    whole("qty"),
    whole("version"),
    maybe_whole("agreed_price_minor"),
    key=("profile_id", "cart_id", "line"),
)
cart_charges = table(
    "cart_charges",
    text("profile_id"),
    text("cart_id"),
    text("charge_id"),
    whole("place"),
    text("code"),
    text("text"),
    whole("qty"),
    whole("price_minor"),
    text("lines"),
    key=("profile_id", "cart_id", "charge_id"),
)
answers = table(
    "answers",
    text("profile_id"),
    text("event_id"),
    text("act"),
    raw("asked"),
    raw("answer"),
    whole("at_ms"),
    key=("profile_id", "event_id"),
)
messages = table(
    "messages",
    text("profile_id"),
    whole("number"),
    text("kind"),
    maybe_text("order_id"),
    maybe_text("wish_id"),
    raw("details"),
    whole("at_ms"),
    key=("profile_id", "number"),
)
