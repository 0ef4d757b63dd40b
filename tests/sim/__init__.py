"""The simulated world: real rooms, one clock, one pair of dice, and every trouble a line and a plug can make."""
