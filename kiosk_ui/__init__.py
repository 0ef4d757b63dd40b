"""The screens a shop shows: the shopper's kiosk, the staff board, signage and the ops page."""
