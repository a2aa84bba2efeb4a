"""Settings that only an unattended program needs: log lines and mail about failed pulls."""

import os
import re
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from matcher.settings import Settings, home_folder

PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")


class Service(BaseSettings):
    """Read from `MATCHER_*` variables.

    `log`: one line an event on stderr, as "json" or "text"; "" writes none. Mail about failed pulls goes as files
    into `mail_folder`, or over SMTP to `mail_to` (several with commas), or both; to neither if both are unset. Port
    465 speaks TLS from the first byte, others after STARTTLS.
    """

    model_config = SettingsConfigDict(env_prefix="MATCHER_", extra="ignore", env_ignore_empty=True)

    log: Literal["", "json", "text"] = ""
    mail_folder: Path | None = None
    mail_from: str = ""
    mail_to: str = ""
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_starttls: bool = True

    @property
    def receivers(self) -> list[str]:
        return [address.strip() for address in self.mail_to.split(",") if address.strip()]

    def state_file(self, settings: Settings) -> Path:
        """Where it is noted which failure was already told: beside the mails, the database, or in the home folder."""
        found = re.fullmatch(r"sqlite(?:\+pysqlite)?:///(.+)", settings.database)
        near = Path(found[1].split("?")[0]).parent if found else home_folder()
        return (self.mail_folder or near) / "matcher-mail.json"

    def secrets(self, settings: Settings) -> list[str]:
        """Every password of these settings and of the proxy variables, as written and decoded."""
        addresses = [settings.database, *(os.environ.get(name, "") for name in PROXIES)]
        found = [self.smtp_password.get_secret_value()]
        for address in addresses:
            password = _password(address)
            found += [password, unquote(password)]
        return sorted({secret for secret in found if secret})


def _password(address: str) -> str:
    try:
        return urlsplit(address if "//" in address else f"//{address}").password or ""
    except ValueError:
        # No address at all; what stands between colon and @ is still no one's business.
        found = re.search(r":([^:@/]+)@", address)
        return found[1] if found else ""
