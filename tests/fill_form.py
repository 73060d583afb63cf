"""Fills in a form with a library that is not ours: `fill_form.py HOW FORM FILLED VALUES.json`.

HOW is pikepdf (new appearances, object streams, a new file), pypdf (a new file) or pypdf-update (appended to the old one).
VALUES.json has a field's name and, of a tick or an option, the name of its state with a slash; else text.
"""

import json
import sys


def with_pikepdf(source, target, values):
    import pikepdf
    from pikepdf.form import CheckboxField, DefaultAppearanceStreamGenerator, Form, RadioButtonGroup

    with pikepdf.open(source) as pdf:
        form = Form(pdf, DefaultAppearanceStreamGenerator)
        for field in form:
            value = values.get(field.fully_qualified_name)
            if value is None:
                continue
            if isinstance(field, CheckboxField):
                field.checked = True
            elif isinstance(field, RadioButtonGroup):
                field.value = pikepdf.Name(value)
            else:
                field.value = value
        pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def with_pypdf(source, target, values, incremental):
    from pypdf import PdfWriter

    writer = PdfWriter(source, incremental=True) if incremental else PdfWriter(clone_from=source)
    for page in writer.pages:
        if "/Annots" in page:
            writer.update_page_form_field_values(page, values, auto_regenerate=False)
    writer.write(target)


how, source, target, values = sys.argv[1:]
with open(values, encoding="utf-8") as file:
    values = json.load(file)
if how == "pikepdf":
    with_pikepdf(source, target, values)
else:
    with_pypdf(source, target, values, how == "pypdf-update")
