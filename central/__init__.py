"""The profile service: profiles, carts, orders and the catalogue of all stores, and the ledger of every fact."""
