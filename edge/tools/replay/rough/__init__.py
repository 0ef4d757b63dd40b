"""The week as shops really have it: goods that are not there, people who do not come, who send somebody, who change their mind.

plan    what happens to which order and line: decided by the seed alone
goods   what head office lets stand in for what, and enough of it on the shelf
desk    what the plain clerk never does: shorts, questions, substitutes, two parcels, proxies, no-shows
play    the rounds, with all of that in them
count   what the stopped books say became of every unit; report  the comparison
"""
