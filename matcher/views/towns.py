"""What the region's file says of its towns."""

from collections.abc import Mapping, Sequence

from matcher.model import Place

MISSION_CITY = "mission-city"


def mission_cities(places: Sequence[Place]) -> Mapping[str, bool]:
    """Whether each town, by key, is a Mission City; {} where none is, for then the file does not keep it."""
    flags = {place.key: {flag.key for flag in place.flags if not flag.provisional} for place in places}
    if MISSION_CITY not in set().union(*flags.values()):
        return {}
    return {key: MISSION_CITY in own for key, own in flags.items()}
