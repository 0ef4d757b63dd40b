"""Tools an engineer runs beside a shop: import, replay, the line switch and the doctor."""
