"""What a press says is done to its end, however soon the next press comes.

Streamlit breaks off a run of the page as soon as another press arrives, and at every look into the session, even
before or within the function that the first press calls: a decision said with one key, and the next key pressed at
once, would be lost. Until these functions are through nothing is broken off; the drawing of the page after them is.
"""

from functools import wraps
from typing import Any

from streamlit.runtime.state import SafeSessionState

_YIELD = "_yield_callback"


def keep_all() -> None:
    """Let the functions of presses run to their end in this process. Once is enough, more do no harm."""
    plain: Any = SafeSessionState.on_script_will_rerun
    if hasattr(plain, "__wrapped__"):
        return

    @wraps(plain)
    def whole(state: SafeSessionState, *given: Any, **named: Any) -> None:
        held = getattr(state, _YIELD, None)
        if held is None:
            plain(state, *given, **named)
            return
        object.__setattr__(state, _YIELD, _nothing)
        try:
            plain(state, *given, **named)
        finally:
            object.__setattr__(state, _YIELD, held)

    SafeSessionState.on_script_will_rerun = whole  # type: ignore


def _nothing() -> None:
    return None
