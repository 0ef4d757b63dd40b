"""Play a real week through running processes, break the line and the machines on the way, and count to the unit.

week    what the importer left: orders and returns as it read them
plan    which orders share a round, where the line is cut, when a process is killed: decided by the seed alone
browser a real HTTP client with cookies, as a kiosk's or a clerk's browser is
phone   a shopper's phone and a guest's; desk  a clerk at the staff screen; floor  a shopper at the kiosk
play    the rounds themselves; acts  every act that was answered with success, by event_id
count   what the stopped books say; report  the comparison to the unit and the minor unit
"""
