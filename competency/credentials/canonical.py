"""The canonical form (RDFC-1.0) of a document, by two implementations that know nothing of each
other. What they do not agree on is neither signed nor accepted."""

import json
from typing import Any

import pyoxigraph
from pyld import jsonld

from competency.credentials import pinned


class Disagreement(ValueError):
    """The two canonical forms differ, or one could not be made."""


def canonical_form(document: dict[str, Any]) -> bytes:
    """Sorted N-Quads in UTF-8. Guard the document first: see `form`."""
    ours, theirs = by_pyld(document), by_pyoxigraph(document)
    if ours != theirs:
        raise Disagreement("two implementations read this document differently")
    return ours


def by_pyld(document: dict[str, Any]) -> bytes:
    options = {
        "algorithm": "URDNA2015",
        "format": "application/n-quads",
        "documentLoader": pinned.load,
    }
    try:
        return str(jsonld.normalize(document, options)).encode()
    except (jsonld.JsonLdError, LookupError, UnicodeEncodeError) as error:
        raise Disagreement("not a document that can be read as linked data") from error


def by_pyoxigraph(document: dict[str, Any]) -> bytes:
    try:
        text = json.dumps(pinned.inlined(document), ensure_ascii=False).encode()
        read = pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.JSON_LD)
        dataset = pyoxigraph.Dataset(read)
    except (SyntaxError, LookupError, ValueError) as error:
        raise Disagreement("not a document that can be read as linked data") from error
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    written = pyoxigraph.serialize(dataset, format=pyoxigraph.RdfFormat.N_QUADS)
    return b"".join(sorted((written or b"").splitlines(keepends=True)))
