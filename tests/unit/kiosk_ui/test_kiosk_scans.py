"""What scanners of any set-up type at the kiosk: read when it can be read, said to be no code of ours before anybody is asked."""

import pytest

from tests.cast.kiosk_site import KioskSite


def full_width(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) for sign in text)


def test_a_scanner_that_adds_its_suffix_still_opens_the_cart(site: KioskSite) -> None:
    assert "김*준 님의 온라인 장바구니" in site.scan(site.min_jun.qr(site.clock.now_ms()) + "\r\n").text


def test_an_input_method_in_full_width_mode_still_opens_the_cart(site: KioskSite) -> None:
    assert "김*준 님의 온라인 장바구니" in site.scan(full_width(site.min_jun.qr(site.clock.now_ms()))).text


def test_a_pass_with_a_suffix_checks_in(site: KioskSite) -> None:
    order = site.order_for(site.min_jun, (0, 1))
    status, got = site.ask("POST", "/scan", {"scan": site.counter.pass_of(order) + "\t"})
    assert (status, got["display_code"]) == (200, order.display_code)


@pytest.mark.parametrize("raw", ["ㅔ1뮤ㅊ", "P1\x00ABC", "김민수", "U1" + "A" * 600, "\r\n"])
def test_what_is_no_code_is_said_at_once_even_while_the_hub_is_away(site: KioskSite, raw: str) -> None:
    site.line.cut()
    for door in ("/scan", "/check-in"):
        status, problem = site.ask("POST", door, {"scan": raw})
        assert (status, problem["reason"]) == (409, "unknown_code")
    assert "이 코드를 찾지 못했어요" in site.scan(raw).text
