"""How far stores are apart, against distances anybody can look up."""

import pytest

from edge.domain.nearby import Location, distance_m

SEONGSU = Location(lat=37.5446, lon=127.0557)


@pytest.mark.parametrize(
    ("lat", "lon", "about_m"),
    [
        (37.5446, 127.0557, 0),
        (37.5663, 126.9779, 7_276),  # Seoul City Hall
        (35.1796, 129.0756, 319_650),  # Busan City Hall
        (51.5074, -0.1278, 8_880_000),  # London
    ],
)
def test_a_distance_is_that_of_the_great_circle(lat: float, lon: float, about_m: int) -> None:
    there = Location(lat=lat, lon=lon)
    assert distance_m(SEONGSU, there) == pytest.approx(about_m, rel=0.005)
    assert distance_m(SEONGSU, there) == distance_m(there, SEONGSU)


def test_the_other_side_of_the_earth_is_half_its_circle_away() -> None:
    assert distance_m(Location(lat=0, lon=0), Location(lat=0, lon=180)) == pytest.approx(20_015_115, abs=2)
    assert distance_m(Location(lat=90, lon=0), Location(lat=-90, lon=77)) == pytest.approx(20_015_115, abs=2)
