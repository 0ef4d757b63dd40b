"""Orders and the book of pickups that facts are folded into; wishes, passes and returns."""

from alembic import op
from sqlalchemy import PrimaryKeyConstraint

from central.store.columns import maybe_text, maybe_whole, text, whole

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables; there is no way back but a backup, so there is no downgrade."""
    op.create_table(
        "wishes",
        text("store_id"),
        text("wish_id"),
        text("kind"),
        text("cart_id"),
        maybe_text("profile_id"),
        text("outcome"),
        maybe_text("reason"),
        whole("version"),
        maybe_text("line"),
        maybe_text("order_id"),
        whole("answered_at_ms"),
        PrimaryKeyConstraint("store_id", "wish_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "orders",
        text("store_id"),
        text("order_id"),
        text("profile_id"),
        maybe_text("identity_id"),
        whole("store_number"),
        text("display_code"),
        text("day"),
        whole("revision"),
        text("state"),
        text("currency"),
        whole("total_minor"),
        whole("amount_due_minor"),
        whole("placed_at_ms"),
        maybe_whole("promised_at_ms"),
        whole("guest"),
        whole("pickup"),
        maybe_whole("first_seq"),
        maybe_whole("arrived_at_ms"),
        maybe_text("arrived_by"),
        maybe_whole("cancel_asked_at_ms"),
        maybe_text("cancel_ask_id"),
        text("asked_by"),
        maybe_whole("told_at_ms"),
        whole("partly_handed_over", 0),
        maybe_text("closed_reason"),
        maybe_whole("closed_at_ms"),
        PrimaryKeyConstraint("store_id", "order_id"),
        sqlite_strict=True,
    )
    op.create_index("orders_by_code", "orders", ["store_id", "day", "display_code"], unique=True)
    op.create_index("orders_by_id", "orders", ["order_id"])
    op.create_index("orders_by_profile", "orders", ["profile_id", "placed_at_ms"])
    op.create_index("orders_by_state", "orders", ["store_id", "state"])
    op.create_table(
        "order_lines",
        text("store_id"),
        text("order_id"),
        whole("line"),
        text("gtin"),
        whole("qty"),
        whole("price_minor"),
        whole("picked_qty", 0),
        whole("short_qty", 0),
        maybe_text("short_reason"),
        PrimaryKeyConstraint("store_id", "order_id", "line"),
        sqlite_strict=True,
    )
    op.create_table(
        "order_charges",
        text("store_id"),
        text("order_id"),
        whole("charge"),
        text("code"),
        text("text"),
        whole("qty"),
        whole("price_minor"),
        PrimaryKeyConstraint("store_id", "order_id", "charge"),
        sqlite_strict=True,
    )
    op.create_table(
        "parcels",
        text("store_id"),
        text("order_id"),
        whole("parcel"),
        text("state"),
        text("shelf"),
        whole("staged_at_ms"),
        maybe_whole("left_at_ms"),
        maybe_text("left_by"),
        maybe_text("left_event"),
        PrimaryKeyConstraint("store_id", "order_id", "parcel"),
        sqlite_strict=True,
    )
    op.create_table(
        "parcel_units",
        text("store_id"),
        text("order_id"),
        whole("parcel"),
        whole("line"),
        whole("qty"),
        PrimaryKeyConstraint("store_id", "order_id", "parcel", "line"),
        sqlite_strict=True,
    )
    op.create_table(
        "guests",
        text("store_id"),
        text("order_id"),
        text("name"),
        text("phone"),
        text("locale"),
        text("token_hash"),
        PrimaryKeyConstraint("store_id", "order_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "passes",
        text("store_id"),
        text("order_id"),
        text("pass_id"),
        whole("key_id"),
        whole("revision"),
        whole("expires_at_ms"),
        whole("issued_at_ms"),
        PrimaryKeyConstraint("store_id", "order_id", "pass_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "returns",
        text("store_id"),
        text("return_id"),
        text("event_id"),
        whole("at_ms"),
        whole("refund_minor"),
        whole("refund_asked"),
        maybe_text("note"),
        text("actor"),
        PrimaryKeyConstraint("store_id", "return_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "return_lines",
        text("store_id"),
        text("return_id"),
        whole("place"),
        maybe_text("order_id"),
        maybe_whole("line"),
        text("gtin"),
        whole("qty"),
        whole("amount_minor"),
        text("condition"),
        PrimaryKeyConstraint("store_id", "return_id", "place"),
        sqlite_strict=True,
    )
    op.create_index("return_lines_by_order", "return_lines", ["store_id", "order_id"])
    op.create_table(
        "return_charges",
        text("store_id"),
        text("return_id"),
        whole("place"),
        text("code"),
        whole("amount_minor"),
        PrimaryKeyConstraint("store_id", "return_id", "place"),
        sqlite_strict=True,
    )
