"""A node says every fault of its settings at once, and takes nothing it does not know."""

from pathlib import Path

import pytest

from central.settings import CentralSettings
from edge.settings import HubSettings, KioskSettings, SettingsFaults, load, write

KEY = "ed25519:" + "A" * 43


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    path = tmp_path / "hub.toml"
    path.write_text('store = 7\nport = "eight"\nprot = 8710\nhost = "0.0.0.0"\n')
    with pytest.raises(SettingsFaults) as faults:
        load(HubSettings, path)
    said = "; ".join(faults.value.faults)
    assert len(faults.value.faults) == 5
    for word in ("'prot'", "store:", "port:", "central_public_key is missing", "--insecure-lan"):
        assert word in said


def test_a_file_that_is_no_toml_is_one_clear_fault(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text("store = \n")
    with pytest.raises(SettingsFaults, match="not readable as TOML"):
        load(KioskSettings, path)


def test_plain_http_beyond_loopback_needs_to_be_asked_for(tmp_path: Path) -> None:
    with pytest.raises(SettingsFaults, match="insecure-lan"):
        load(CentralSettings, tmp_path / "central.toml", host="0.0.0.0")
    allowed = load(CentralSettings, tmp_path / "central.toml", host="0.0.0.0", insecure_lan=True)
    assert allowed.host == "0.0.0.0"


def test_the_command_line_wins_over_the_file_and_none_wins_over_nothing(tmp_path: Path) -> None:
    path = tmp_path / "central.toml"
    path.write_text("port = 9000\n")
    assert load(CentralSettings, path, port=9001).port == 9001
    assert load(CentralSettings, path, port=None).port == 9000


def test_written_settings_are_read_back_the_same(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    settings = KioskSettings(store="S001", hub_public_key=KEY, diagonal_in=24.0, locales=("en", "ko"), port=9720)
    write(path, settings)
    assert load(KioskSettings, path) == settings
    assert "width_px" not in path.read_text()
