"""What differs between two machines. The only reader of the environment; made once, handed down as an argument."""

import os
import re
import sys
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PACKAGE = Path(__file__).resolve().parent
CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
PORTAL = "https://api.tech.ec.europa.eu/search-api/prod/rest/search"


def data_folder() -> Path:
    """The shipped `data/` folder: beside the package in a checkout, inside it after an installation."""
    checkout = PACKAGE.parent / "data"
    return checkout if (checkout / "regions").is_dir() else PACKAGE / "_data"


def home_folder() -> Path:
    """Where this user's database lives: `data/` in a checkout, the user's data folder after an installation."""
    if (PACKAGE.parent / "pyproject.toml").is_file():
        return PACKAGE.parent / "data"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "matcher"
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "matcher"


def first_region() -> str:
    """The region that is shown where none is asked for: the file `default` beside the shipped regions names it."""
    return (data_folder() / "regions" / "default").read_text("utf-8").strip()


def app_file() -> Path:
    """The dashboard's script: beside the package in a checkout, inside it after an installation."""
    checkout = PACKAGE.parent / "app.py"
    return checkout if checkout.is_file() else PACKAGE / "_data" / "app.py"


class Settings(BaseSettings):
    """Read from `MATCHER_*` variables.

    `database`: SQLAlchemy URL. `portal`: full address of the search endpoint; https on europa.eu, or loopback for
    tests. `contact` goes into the User-Agent so that the portal's operators can reach the office that runs this.
    Proxy and company certificates follow the usual variables (HTTPS_PROXY, NO_PROXY, REQUESTS_CA_BUNDLE).
    """

    model_config = SettingsConfigDict(env_prefix="MATCHER_", extra="ignore")

    database: str = Field(default_factory=lambda: f"sqlite:///{home_folder() / 'matcher.db'}")
    portal: str = PORTAL
    region: str = Field(default_factory=first_region)
    language: Literal["de", "en"] = "de"
    contact: str = ""
    user: str = Field(default_factory=lambda: os.environ.get("USER") or os.environ.get("USERNAME") or "office")
    ranker: str = "concepts"
    regions_folder: Path = Field(default_factory=lambda: data_folder() / "regions")
    snapshot_folder: Path = Field(default_factory=lambda: data_folder() / "snapshot")
    judgements_file: Path = Field(default_factory=lambda: data_folder() / "judgements" / "grades.csv")

    @field_validator("database")
    @classmethod
    def _driver(cls, url: str) -> str:
        for short in ("postgres://", "postgresql://"):
            if url.startswith(short):
                return "postgresql+psycopg://" + url.removeprefix(short)
        return url

    @property
    def named(self) -> bool:
        """Whether somebody said who works here; else `user` is but the computer's account."""
        return "user" in self.model_fields_set

    def environment(self) -> dict[str, str]:
        """The environment for a process that shall see these settings."""
        return {**os.environ, "MATCHER_DATABASE": self.database}

    def way_out(self) -> dict[str, str]:
        """The proxy and certificate variables that outgoing requests follow; a password in them is left out."""
        names = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy", *CERTIFICATES)
        return {name: re.sub(r"//[^/@]*@", "//…@", os.environ[name]) for name in names if os.environ.get(name)}

    def missing_certificates(self) -> str | None:
        """A sentence if a certificate variable names a file that is not there."""
        named = [(name, os.environ[name]) for name in CERTIFICATES if os.environ.get(name)]
        gone = [f"{name} names {path}, which does not exist" for name, path in named if not Path(path).exists()]
        return "; ".join(gone) or None

    @property
    def own_regions_folder(self) -> Path:
        """Where a new region is written: the folder that was asked for, else one of this user's own.

        In a checkout that is `data/regions`; after an installation it lies beside the user's database.
        """
        return self.regions_folder if "regions_folder" in self.model_fields_set else home_folder() / "regions"

    @property
    def region_folders(self) -> list[Path]:
        """Where regions are looked for, in this order: the folder asked for, this user's own, the shipped one."""
        return list(dict.fromkeys([self.regions_folder, self.own_regions_folder, data_folder() / "regions"]))

    @property
    def region_folder(self) -> Path:
        """The folder of the region, the first of this name; in the folder asked for if there is none."""
        found = (folder / self.region for folder in self.region_folders)
        return next((folder for folder in found if folder.is_dir()), self.regions_folder / self.region)

    @property
    def judged(self) -> Path | None:
        """The judged calls of this region: the file asked for, its own, or the shipped one of one region."""
        own = self.region_folder / "judgements.csv"
        if "judgements_file" in self.model_fields_set:
            return self.judgements_file
        if own.is_file():
            return own
        return self.judgements_file if self.region == first_region() else None

    @property
    def beside_database(self) -> Path:
        """The folder of a SQLite database, where what is no call and no decision is kept; else this user's folder."""
        path = self.database.removeprefix("sqlite:///").partition("?")[0]
        return Path(path).parent if path != self.database and path not in ("", ":memory:") else home_folder()

    def with_database(self, url: str) -> "Settings":
        return self.model_copy(update={"database": url})
