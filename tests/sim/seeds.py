"""Seeds that failed once, each with what it taught; they are played in every run.

Their stories change with the acts; what each taught is pinned by a test of its own where one could be written.
"""

TAUGHT: dict[int, str] = {
    6: "an answer that stood unread for two weeks is gone; a younger one is not, though the store's feed began anew",
    10: "what a kiosk said is told again by the next thing it says, after central went on with older books",
    16: "a hub that coalesced a kiosk's telemetry and its copy that did not tell central two histories of the kiosk",
    19: "an order closed under a clock of years ago was forgotten the moment the time was confirmed",
    29: "what staff do with an old book contradicts what they did; that order is a person's, the others agree",
    134: "two late requests of the old history made a restored hub look like two machines, and put it aside for good",
    1031: "central's older books give feed numbers out a second time: a store must read its feeds from the beginning",
    5063: "central's older books do not know an order whose name a store keeps: nothing takes it back but a snapshot",
}
