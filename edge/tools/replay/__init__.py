"""Play a real week through running processes, break the line and the machines on the way, and count to the unit.

week    what the importer left: orders and returns as it read them
plan    which orders share a round, where the line is cut, when a process is killed: decided by the seed alone
phone   shoppers' phones and guests'; floor  shoppers at the kiosk; desk  a clerk at the staff screen
acts    every act that was answered with success, by event_id and by the book that answered
play    the rounds themselves
count   what the stopped books say; report  the comparison to the unit and the minor unit
"""
