"""Time limits that hold from outside: a thread that closes the connection under a request that takes too long.

The time limits of an HTTP library are per read, so a server that sends one byte now and then is never stopped by
them, least of all while it sends headers. Shutting the connection down from another thread ends any read.
"""

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import Any

import requests.adapters
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection


class Watchdog:
    """Holds the newest connection of a session; `limit` cuts it when its seconds are over."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: socket.socket | None = None
        self.expired = False

    def hold(self, sock: socket.socket) -> None:
        """A duplicate is kept: wrapping a socket in TLS takes the original away, the connection stays the same."""
        with self._lock:
            self._release()
            self._held = sock.dup()
            if self.expired:
                self._cut()

    @contextlib.contextmanager
    def limit(self, seconds: float) -> Iterator[None]:
        """Cut the connection after `seconds`; `expired` then says why the request broke."""
        self.expired = False
        done = threading.Event()

        def fire() -> None:
            with self._lock:
                if not done.is_set():
                    self.expired = True
                    self._cut()

        timer = threading.Timer(max(0.0, seconds), fire)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            with self._lock:
                done.set()
            timer.cancel()

    def close(self) -> None:
        with self._lock:
            self._release()

    def _cut(self) -> None:
        if self._held is not None:
            # The other side may have gone first.
            with contextlib.suppress(OSError):
                self._held.shutdown(socket.SHUT_RDWR)

    def _release(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None


class _WatchedHTTP(HTTPConnection):
    watchdog: Watchdog

    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        self.watchdog.hold(sock)
        return sock


class _WatchedHTTPS(HTTPSConnection):
    watchdog: Watchdog

    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        self.watchdog.hold(sock)
        return sock


class WatchedAdapter(requests.adapters.HTTPAdapter):
    """Connections of this adapter, through a proxy or not, are known to the watchdog. It never retries."""

    def __init__(self, watchdog: Watchdog):
        self._http = type("Watched", (_WatchedHTTP,), {"watchdog": watchdog})
        self._https = type("WatchedTLS", (_WatchedHTTPS,), {"watchdog": watchdog})
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        pool.ConnectionCls = self._https if isinstance(pool, urllib3.HTTPSConnectionPool) else self._http
        return pool
