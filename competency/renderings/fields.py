"""The field that holds a seal, as PDF/UA asks for it: with a name, and in the structure tree."""

from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

FIELD = "IssuerSeal"


class Revision(IncrementalPdfFileWriter):
    """What the seal adds to a file. What the file says of itself stays as it was drawn: pyHanko
    would spell its metadata anew, which not every validator of PDF/A can read."""

    def _update_meta(self) -> None:
        pass


def add_field(revision: Revision, name: str) -> None:
    """An empty field on the first page, which shows nothing; readers call it by this name."""
    append_signature_field(revision, SigFieldSpec(FIELD, readable_field_name=name))
    widget = revision.root["/AcroForm"]["/Fields"].raw_get(0, decrypt=False)
    _tag(revision, widget)


def _tag(revision: Revision, widget: Any) -> None:
    """A form in the structure tree, which refers to the widget, and the widget's way back to it."""
    tree = revision.root["/StructTreeRoot"]
    document = tree["/K"].raw_get(0)
    page = revision.find_page_for_modification(0)[0]
    form = revision.add_object(_form(document, page, widget))
    document.get_object()["/K"].append(form)
    key = tree["/ParentTreeNextKey"]
    tree["/ParentTree"]["/Nums"] += [generic.NumberObject(key), form]
    tree[pdf_name("/ParentTreeNextKey")] = generic.NumberObject(key + 1)
    widget.get_object()[pdf_name("/StructParent")] = generic.NumberObject(key)
    for changed in (tree, document.get_object(), widget.get_object()):
        revision.update_container(changed)


def _form(document: Any, page: Any, widget: Any) -> generic.DictionaryObject:
    reference = {pdf_name("/Type"): pdf_name("/OBJR"), pdf_name("/Obj"): widget}
    return generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/StructElem"),
            pdf_name("/S"): pdf_name("/Form"),
            pdf_name("/P"): document,
            pdf_name("/Pg"): page,
            pdf_name("/K"): generic.DictionaryObject(reference),
        }
    )
