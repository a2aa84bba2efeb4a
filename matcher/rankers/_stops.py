"""Function words of English, German and Dutch: words that say nothing alone. No topical word belongs here."""

_WORDS = """
a aan aber about above after again all als also am an and any are as at auch auf aus be been before bei beim
being between bij bis both but by can could da das dass dat de dem den der des deze did die dit do doch does
doing door down durch during e.g each een eg ein eine einem einen einer eines either en er es etc few for
from fur further had has hat have having he her here hers het hij him his how hun i i.e ich ie if ihr ik im
in into is ist it its itself ja kan kann maar man may me met might mit more most must my naar nach nicht
niet no noch nog nor not nur ob oder of off ohne om on once one only ook op or other our out over own same sehr
sein shall she should sich sie sind so some sowie such te than that the their them then there these they
this those through to too tot uber uit um und under uns unter until up upon van veel very via vom von voor
vor war was wat we wel wenn were what when where which while who whom why wie will wir wird with within
without worden would you your zijn zo zu zum zur zwischen
"""

FUNCTION_WORDS = frozenset(_WORDS.split())
