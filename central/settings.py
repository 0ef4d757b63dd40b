"""What central is told about itself; read from `central.toml` by the wiring, which reports every fault at once."""

import msgspec


class CentralSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of the profile service (`central.toml`); every one has a default, so an empty folder is a working start."""

    host: str = "127.0.0.1"
    """Address central listens on. Anything but loopback needs `insecure_lan`."""
    port: int = 8700
    """Port central listens on."""
    public_url: str = ""
    """Name that hubs and phones sign their requests for; empty: `http://127.0.0.1:<port>`."""
    database: str = "sqlite"
    """Where the books lie: `sqlite` is `central.db` in the folder, otherwise an SQLAlchemy address."""
    directory: str = "."
    """Folder of the database and of the key files; the command line's `--dir` decides it."""
    insecure_lan: bool = False
    """Allow plain HTTP beyond loopback. Only for a closed test bench: there is no TLS yet."""
    waiting_pulls: int = 24
    """Most pulls that may wait for news at once; the next is told when to come back."""
    default_locale: str = "ko"
    """Language of the page of stores when the browser names none that we speak."""

    @property
    def signed_as(self) -> str:
        """The name callers use for central in what they sign."""
        return self.public_url or f"http://127.0.0.1:{self.port}"
