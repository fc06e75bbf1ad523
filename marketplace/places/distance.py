"""How far it is between two points of the earth, as the crow flies."""

from math import asin, cos, radians, sin, sqrt

_EARTH_RADIUS_KM = 6371.0088


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The great-circle distance between two points, each given as (latitude, longitude) in degrees."""
    (lat_a, lon_a), (lat_b, lon_b) = ((radians(lat), radians(lon)) for lat, lon in (a, b))
    chord = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return 2 * _EARTH_RADIUS_KM * asin(min(1.0, sqrt(chord)))
