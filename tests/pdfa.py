#!/usr/bin/env python3
"""Whether a report's pages are PDF/A-3 of level B, by pikepdf's checker. Usage: pdfa.py REPORT.pdf; exit code 0 if they are.

The checker knows neither forms nor level A nor PDF/UA, so the fields and what claims the higher levels are taken off first;
fonts, colours, metadata, structure of the file and the attachment are what the report has."""
import re
import sys
import tempfile

import pikepdf
from pikepdf import pdfa

def plain(report, to):
    with pikepdf.open(report) as pdf:
        for key in ("/AcroForm", "/Perms"):
            if key in pdf.Root:
                del pdf.Root[key]
        for page in pdf.pages:
            if "/Annots" in page:
                page.Annots = pikepdf.Array([one for one in page.Annots if one.get("/Subtype") != "/Widget"])
        xmp = pdf.Root.Metadata.read_bytes().decode()
        xmp = xmp.replace("<pdfaid:conformance>A<", "<pdfaid:conformance>B<")
        xmp = re.sub(r"<rdf:Description[^>]*(?:(?!</rdf:Description>).)*pdfuaid:part.*?</rdf:Description>", "", xmp, flags=re.S)
        xmp = re.sub(r"<pdfaExtension:schemas>.*?</pdfaExtension:schemas>", "", xmp, flags=re.S)
        xmp = re.sub(r"<pdfuaid:part>.*?</pdfuaid:part>", "", xmp, flags=re.S)
        pdf.Root.Metadata = pdf.make_stream(xmp.encode(), Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)
        pdf.save(to, compress_streams=True, normalize_content=False, static_id=False)

def main(report):
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        plain(report, file.name)
        said = pdfa.validate_written(file.name, "3b")
    for one in said.findings:
        print(one)
    return 0 if said.passed else 1

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
