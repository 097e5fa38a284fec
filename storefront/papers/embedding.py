"""What a PDF carries beside its pages: its marks as PDF/A-3, and the invoice for machines, as Factur-X asks for it."""

from html import escape

from fpdf import FPDF

from storefront.papers import einvoice
from storefront.papers.service import Paper

FILE = "factur-x.xml"


def attach(pdf: FPDF, paper: Paper, title: str) -> None:
    """Attach the XML where the paper can be said in EN 16931, and say in the metadata what is attached."""
    is_possible = einvoice.is_possible(paper)
    if is_possible:
        pdf.embed_file(
            bytes=einvoice.write(paper),
            basename=FILE,
            mime_type="text/xml",
            associated_file_relationship="Alternative",
            desc="The invoice for machines (Factur-X, EN 16931)",
            modification_date=paper.issued_at,
        )
    marks = _FACTUR_X if is_possible else ""
    author, moment = escape(paper.said["seller"]["name"]), paper.issued_at.isoformat(timespec="seconds")
    pdf.set_xmp_metadata(_XMP.format(title=escape(title), author=author, moment=moment, marks=marks))


_FACTUR_X = f"""
  <rdf:Description rdf:about="" xmlns:fx="urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#">
   <fx:DocumentType>INVOICE</fx:DocumentType>
   <fx:DocumentFileName>{FILE}</fx:DocumentFileName>
   <fx:Version>1.0</fx:Version>
   <fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>
  </rdf:Description>
  <rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
    xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
   <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
    <pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>
    <pdfaSchema:namespaceURI>urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#</pdfaSchema:namespaceURI>
    <pdfaSchema:prefix>fx</pdfaSchema:prefix>
    <pdfaSchema:property><rdf:Seq>{
    "".join(
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:name>{name}</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType>"
        f"<pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{says}</pdfaProperty:description></rdf:li>"
        for name, says in {
            "DocumentFileName": "name of the embedded XML invoice file",
            "DocumentType": "INVOICE",
            "Version": "The actual version of the Factur-X XML schema",
            "ConformanceLevel": "The conformance level of the embedded Factur-X data",
        }.items()
    )
}</rdf:Seq></pdfaSchema:property>
   </rdf:li></rdf:Bag></pdfaExtension:schemas>
  </rdf:Description>"""

_XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
   <pdfaid:part>3</pdfaid:part>
   <pdfaid:conformance>B</pdfaid:conformance>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
   <dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
   <xmp:CreateDate>{moment}</xmp:CreateDate>
   <xmp:ModifyDate>{moment}</xmp:ModifyDate>
  </rdf:Description>{marks}
 </rdf:RDF>
</x:xmpmeta>"""
