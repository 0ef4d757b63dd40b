"""Seeds that failed once, each with what it taught; they are played in every run."""

TAUGHT: dict[int, str] = {
    19: "an order closed under a clock that was years behind was forgotten the moment the time was confirmed",
}
