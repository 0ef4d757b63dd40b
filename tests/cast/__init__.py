"""The people, orders and facts that tests of many rooms share: Ada and Min-jun shop, Kim works in store S001."""
