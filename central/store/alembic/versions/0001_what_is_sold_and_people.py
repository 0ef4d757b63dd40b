"""Products, stores and stock; profiles with their identities, consents, carts and messages."""

from alembic import op
from sqlalchemy import PrimaryKeyConstraint

from central.store.columns import maybe_text, maybe_whole, raw, text, whole

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables; there is no way back but a backup, so there is no downgrade."""
    op.create_table(
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
        PrimaryKeyConstraint("store_id", "gtin"),
        sqlite_strict=True,
    )
    op.create_table(
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
        PrimaryKeyConstraint("store_id"),
        sqlite_strict=True,
    )
    op.create_table(
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
        PrimaryKeyConstraint("store_id", "gtin"),
        sqlite_strict=True,
    )
    op.create_table(
        "staff",
        text("store_id"),
        text("staff_id"),
        text("name"),
        text("role"),
        text("pin_hash"),
        whole("active"),
        whole("changed_at_ms"),
        PrimaryKeyConstraint("store_id", "staff_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "profiles",
        text("profile_id"),
        text("external_key"),
        text("name"),
        text("locale"),
        maybe_text("chosen_store"),
        whole("created_at_ms"),
        PrimaryKeyConstraint("profile_id"),
        sqlite_strict=True,
    )
    op.create_index("profiles_by_external_key", "profiles", ["external_key"])
    op.create_table(
        "identities",
        text("profile_id"),
        text("identity_id"),
        text("kind"),
        text("value"),
        whole("linked_at_ms"),
        maybe_whole("retracted_at_ms"),
        PrimaryKeyConstraint("profile_id", "identity_id"),
        sqlite_strict=True,
    )
    op.create_index("identities_by_id", "identities", ["identity_id"])
    op.create_index("identities_by_value", "identities", ["kind", "value"])
    op.create_table(
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
        PrimaryKeyConstraint("profile_id", "event_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "seen_in_store",
        text("profile_id"),
        text("store_id"),
        text("identity_id"),
        whole("at_ms"),
        PrimaryKeyConstraint("profile_id", "store_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "proofs",
        text("profile_id"),
        text("identity_id"),
        whole("step"),
        text("store_id"),
        whole("at_ms"),
        PrimaryKeyConstraint("profile_id", "identity_id", "step"),
        sqlite_strict=True,
    )
    op.create_table(
        "interests",
        text("store_id"),
        text("identity_id"),
        text("profile_id"),
        whole("since_ms"),
        PrimaryKeyConstraint("store_id", "identity_id"),
        sqlite_strict=True,
    )
    op.create_index("interests_by_profile", "interests", ["profile_id"])
    op.create_table(
        "carts",
        text("profile_id"),
        text("cart_id"),
        text("identity_id"),
        maybe_text("store_id"),
        whole("version"),
        text("state"),
        text("currency"),
        whole("changed_at_ms"),
        PrimaryKeyConstraint("profile_id", "cart_id"),
        sqlite_strict=True,
    )
    op.create_index("carts_by_id", "carts", ["cart_id"])
    op.create_table(
        "cart_lines",
        text("profile_id"),
        text("cart_id"),
        text("line"),
        whole("place"),
        text("gtin"),
        whole("qty"),
        whole("version"),
        maybe_whole("agreed_price_minor"),
        PrimaryKeyConstraint("profile_id", "cart_id", "line"),
        sqlite_strict=True,
    )
    op.create_table(
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
        PrimaryKeyConstraint("profile_id", "cart_id", "charge_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "answers",
        text("profile_id"),
        text("event_id"),
        text("act"),
        raw("asked"),
        raw("answer"),
        whole("at_ms"),
        PrimaryKeyConstraint("profile_id", "event_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "messages",
        text("profile_id"),
        whole("number"),
        text("kind"),
        maybe_text("order_id"),
        maybe_text("wish_id"),
        raw("details"),
        whole("at_ms"),
        PrimaryKeyConstraint("profile_id", "number"),
        sqlite_strict=True,
    )
