"""A hub that serves real desks and kiosks while its plug is pulled again and again."""
